# 标题：消息的主题，也用作通知的开头。
title-waiting = 正在排队
title-running = 正在生成你的视频
title-finishing = 马上就好
title-troubled = 视频服务没有回应
title-too-large = 视频服务的回复过大
title-done = 你的视频好了
title-no-video = 已完成，但没有视频
title-failed = 视频没能生成
title-not-found = 找不到这个 ID 的视频
title-denied = 视频服务拒绝了我的请求
title-unserved = 我查不到这个视频的进度
title-timed-out = 过了 { $span }仍未完成
title-unread = 过了 { $span }仍无法读取
title-stopped = 已停止关注

# 提示词上方的句子。
text-finishing = 视频服务已经完成，但还没有交出视频。我会继续询问。
text-troubled = 我会继续尝试。
text-troubled-at = 我会继续尝试。最近一次进度：{ $percent }。
text-too-large = 这么大的回复我读不了，所以不知道你的视频进展如何。我会每隔几分钟再试一次。
text-link-expires = 链接可能在一天内失效。
text-video-too-large = 视频太大，Discord 发不了。链接可能在一天内失效。
text-no-files = 我不能在这里添加附件。链接可能在一天内失效。
text-unfetched = 我没能取得视频文件。链接可能在一天内失效。
text-hidden = 我不能在这里显示视频链接。
text-coming = 视频服务发来的是视频本身，而不是链接。只要文件不太大，我一拿到就附在这里。
text-unattachable = 视频服务发来的是视频本身，而不是链接，但我没法附在这里：文件太大，或者这里不允许发送文件。
text-lost = 视频服务发来的是视频本身，而不是链接，但我没能取得。请再用一次 `/videostatus`。
text-no-video = 我在视频服务的回复里没有找到可用的视频链接。
text-filtered = 它被视频服务的安全过滤器拦截了。
text-no-reason = 视频服务没有说明原因。
text-says = 视频服务的说明：
text-not-found = ID 完整吗？冒号前的部分也要有。它也可能属于另一个账号。
text-denied = 它不接受我的密钥，所以我查不到你的视频。请告诉这个机器人的运营者。
text-unserved = 我没有连接到它所属的视频服务。视频在那边仍有可能生成。请告诉这个机器人的运营者。
text-timed-out = 我不再查询了，不过视频之后仍有可能生成。
text-unread = 我不再查询了，也不知道你的视频进展如何。
text-stopped-by = 操作者：{ $person }。视频本身可能仍会生成。
text-not-saved = 我没能保存你的请求，所以这条消息不会更新。请稍后再次使用 `/videostatus`。
text-frozen = 我已经无法再修改这条消息（Discord 的限制）。我仍在关注，结果会私信告诉你。
text-frozen-ask = 我已经无法再修改这条消息（Discord 的限制）。想知道结果，请再次使用 `/videostatus`。
text-not-told = 我没能通知任何人：我不能在这里发消息，而你关闭了私信。

# 下方的小字：简短的词组，用圆点连接。
small-usual = 通常需要 { $span }
small-took = 用时 { $span }
small-ping-you = 会在这里提醒你
small-ping-people = 会在这里提醒 { $count } 人
small-dm = 会私信通知你
small-until = { $moment }停止尝试
small-private = 只有你能看到这条消息。
small-then-dm = 15 分钟后我会改用私信继续。
small-then-ask = 15 分钟后这条消息不再更新，届时请再次使用 `/videostatus`。

# 值。
value-percent = { $percent }%
value-quote = “{ $text }”
span-seconds = { $count } 秒
span-minutes = { $count } 分钟
span-hours = { $count } 小时

# 通知：标题和后面的内容。
ping-about = { $title }：{ $what }
ping-deleted = 有人删除了我关于你的视频的消息。我仍在关注，有结果会告诉你。
ping-filtered = 被安全过滤器拦截

# 按钮：最多 80 个字符，最好不超过 20 个。
button-notify = 通知我
button-notify-off = 不再通知我
button-prompt = 完整提示词
button-stop = 停止关注
button-again = 重新关注
button-open = 打开视频
button-newer = 更新的
button-older = 更早的

# 仅本人可见的回复。
notice-bad-id = 这不是视频的 ID。ID 类似 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`：1 到 512 个字母、数字和 `. _ : -`，不含空格。
notice-store-down = 我暂时读不到记录，所以什么也没有做。请一分钟后再试。
notice-not-requester = 只有发起者本人或管理人员可以这样做。
notice-already-ended = 我已经不再关注这个视频了。如需继续，请使用 `/videostatus` 加上 ID。
notice-unknown-watch = 我已经没有这条消息的记录了。如需继续，请使用 `/videostatus` 加上 ID。
notice-too-soon = 我刚刚查询过。请在 { $wait }后再试。
notice-quota-watches = 你已经在关注 { $count } 个视频，达到上限了。请先用 `/videowatches` 停止关注其中一个。
notice-quota-commands = 命令用得太频繁了。请在 { $wait }后再试。
notice-notify-here = 我会在这里提醒你。
notice-notify-dm = 我会私信通知你。
notice-notify-off = 我不会通知你。
notice-notify-full = 我在这里已经要通知 { $count } 人，达到上限了。
notice-refreshing = 我正在向视频服务查询。
notice-watching-again = 我已经在关注这个视频了。
notice-stopped = 我已停止关注 { $count } 个视频。
notice-no-tasks-found = 我在那条消息里没有找到视频 ID。
notice-no-watches = 你没有关注任何视频。请使用 `/videostatus`，加上视频服务给你的 ID。
notice-none-finished = 你关注的视频都还没有结束。请使用 `/videostatus`，加上视频服务给你的 ID。
notice-no-watches-here = 这个服务器里没有人在关注视频。请使用 `/videostatus`，加上视频服务给你的 ID。
notice-no-prompt = 视频服务没有给出提示词。
notice-channel-not-yours = 你不能在那个频道发消息，所以我不会在那里公布。
notice-channel-not-mine = 我不能在那个频道发消息。请让管理员允许我查看该频道并在其中发言。
notice-managers-only = 只有可以管理服务器的成员才能看到所有人的视频。
notice-elsewhere = 这个机器人只为其他服务器服务，在这里无法使用。
notice-internal-error = 我这边出了点问题。请再试一次。

# 列表。
list-title = 你关注的视频
list-title-all = 这个服务器里关注的视频
list-title-finished = 已结束的视频
list-since = { $moment }开始
list-stop = 停止关注…
list-again = 重新关注…
pick-question = 你指的是哪个视频？
pick-placeholder = 选择一个 ID
prompt-enhanced = 优化后的提示词
prompt-original = 提示词
prompt-in-file = 提示词太长，一条消息放不下：请看文件。

# 命令：说明为 1 到 100 个字符，菜单项为 1 到 32 个字符。
command-videostatus = 关注一个 AI 视频，做好后直接出现在这里
command-videowatches = 列出你关注的视频，并可停止关注其中一些
command-check = 查询视频状态
option-id = 视频的 ID，例如 grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = 只有你能看到回复
option-spoiler = 隐藏视频，点击后才显示
option-notify = 视频好了在哪里通知你（默认：这里）
option-channel = 同时在另一个频道公布
option-all = 这个服务器里所有人的视频（需要“管理服务器”权限）
option-show = 显示哪些：进行中（默认）或已结束
choice-here = 在这里提及我
choice-dm = 通过私信
choice-off = 不通知我
choice-running = 进行中
choice-finished = 已结束
