# 标题：消息的主题，也用作通知的开头。
title-waiting = 正在排队
title-running = 视频正在生成
title-finishing = 已完成，正在等待视频
title-troubled = 视频服务没有响应
title-too-large = 服务的回复过大
title-done = 你的视频好了
title-no-video = 已完成，但没有视频
title-failed = 任务失败
title-not-found = 视频服务查不到这个任务
title-denied = 视频服务拒绝了这个机器人
title-timed-out = 我们已停止关注
title-stopped = 已停止关注

# 提示词上方的句子。
text-finishing = 服务表示任务已完成，但还没有给出视频。我会继续查询。
text-troubled = 我会继续查询；服务恢复后，这条消息会接着更新。
text-too-large = 它超出了我能读取的大小，因此无法得知任务的情况。我会每隔几分钟再查询一次。
text-done-attached = 视频见附件。
text-done-link = 点击上方链接即可观看视频。链接可能在一天内失效，请及时保存。
text-done-unfetched = 未能在此取得文件，请点击上方链接观看视频。链接可能在一天内失效，请及时保存。
text-done-hidden = 视频链接无法在这里显示。
text-done-coming = 服务发来的是视频本身，而不是链接。如果能够取得且不太大，就会附在本次关注的消息中。
text-done-unattachable = 服务发来的是视频本身，而不是链接，但无法附在这里：它太大，或者这里不允许发送文件。
text-done-lost = 服务发来的是视频本身，而不是链接，但我未能取得。请用任务 ID 再查询一次。
text-no-video = 服务完成了任务，但没有给出视频。
text-filtered = 服务完成了任务，但其安全过滤器拒绝了视频。
text-not-found = 请检查 ID 是否完整，包括冒号前的部分（例如 `grok:`）。用其他账号的密钥创建的任务也查不到。
text-denied = 服务不接受这个机器人的密钥，因此无法得知任务的情况。请告诉机器人的运营者。
text-timed-out = { $span }后任务仍未完成，我们已停止关注。任务可能仍在进行：请用它的 ID 再次查询。
text-unread = { $span }后服务的回复仍然过大而无法读取，我们已停止关注，也无法得知任务的情况。请用它的 ID 再次查询。
text-stopped = 任务本身可能仍在进行：请用它的 ID 再次查询。
caution-ends-by-dm = 15 分钟后这条消息可能不再更新；结果会通过私信告诉你。如果没有收到，请用任务 ID 再次查询。
caution-ask-again = 15 分钟后这条消息可能不再更新；届时请用任务 ID 再次查询。
caution-not-saved = 我没能保存这次请求，所以这条消息不会更新：请稍后用任务 ID 再次查询。

# 简要信息的名称和内容。
field-reason = 服务给出的原因
field-says = 服务的提示
field-progress = 进度
field-usual = 通常需要
field-model = 模型
field-ratio = 画面比例
field-since = 开始关注
field-took = 关注时长
field-changed = 上次变化
field-finished = 结束时间
field-until = 停止关注
field-task = 任务 ID
value-no-reason = 服务没有说明原因。
value-filtered = 被安全过滤器拒绝。
value-usual = 约 { $span }

# 页脚。
footer-watching = 最多继续关注 { $span }：这条消息会自动更新
footer-people = 将通知 { $count } 人
footer-ended = 这条消息不再更新

# 时长（简写）。
span-seconds = { $count } 秒
span-minutes = { $count } 分钟
span-hours = { $count } 小时

# 按钮。
button-refresh = 刷新
button-notify = 通知我
button-prompt = 完整提示词
button-stop = 停止关注
button-again = 重新关注
button-open = 打开视频

# 仅本人可见的回复。
notice-bad-id = 这不是任务 ID。任务 ID 类似 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`：1 到 512 个字母、数字和 `. _ : -`，不含空格。
notice-store-down = 我暂时无法读取记录，因此什么也没有做。请一分钟后再试。
notice-not-requester = 只有发起者或管理人员可以这样做。
notice-already-ended = 这次关注已经结束。如需继续，请用 `/videostatus` 和任务 ID 再次查询。
notice-unknown-watch = 我已没有这条消息的记录。请用 `/videostatus` 和任务 ID 再次查询。
notice-too-soon = 刚刚查询过。请在 { $wait }后再试。
notice-quota-watches = 你已经在关注 { $count } 个任务，达到上限。请先用 `/videowatches` 停止关注其中一个。
notice-quota-commands = 命令太频繁了。请在 { $wait }后再试。
notice-notify-full = 已有 { $count } 人将收到通知，达到上限。
notice-refreshing = 正在向服务查询。
notice-watching-again = 这条消息已经在关注中。
notice-stopped = 已停止关注 { $count } 个任务。
notice-no-tasks-found = 我在那条消息里没有找到任务 ID。
notice-no-watches = 当前没有关注任何任务。
notice-no-prompt = 服务没有给出这个任务的提示词。
notice-channel-not-yours = 你不能在那个频道发送消息，所以我不会在那里通知。
notice-channel-not-mine = 我不能在那个频道发送消息。请让管理员允许我查看该频道并在其中发言。
notice-managers-only = 只有可以管理服务器的成员才能查看所有人关注的任务。
notice-elsewhere = 这个机器人只为其他服务器服务，在这里无法使用。
notice-internal-error = 我这边出了点问题。请再试一次。

# 列表。
list-title = 正在关注的任务
list-open = 打开
list-stop = 停止关注…
list-more = … 还有 { $count } 个
pick-question = 你指的是哪个任务？
pick-placeholder = 选择任务 ID
prompt-enhanced = 优化后的提示词
prompt-original = 提示词
prompt-in-file = 提示词太长，放不进一条消息：请看文件。

# 命令。
command-videostatus = 关注一个 AI 视频任务，完成后直接在这里观看视频
command-videowatches = 查看你正在关注的任务，并可停止关注其中一些
command-check = 查询视频状态
option-id = 任务 ID，例如 grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = 只有你能看到回复
option-spoiler = 隐藏视频，点击后才显示
option-notify = 结束时在哪里通知你（默认：这里）
option-channel = 任务结束时也在另一个频道公布
option-all = 查看本服务器所有人关注的任务（需要“管理服务器”权限）
choice-here = 在这里提及我
choice-dm = 通过私信
choice-off = 不通知我
