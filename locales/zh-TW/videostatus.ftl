# 標題：訊息的主題，也用作通知的開頭。
title-waiting = 排隊中
title-running = 影片製作中
title-finishing = 已完成，正在等候影片
title-troubled = 影片服務沒有回應
title-too-large = 服務的回覆過大
title-done = 你的影片完成了
title-no-video = 已完成，但沒有影片
title-failed = 任務失敗
title-not-found = 影片服務找不到這個任務
title-denied = 影片服務拒絕了這個機器人
title-timed-out = 我們已停止追蹤
title-stopped = 已停止追蹤

# 提示詞上方的句子。
text-finishing = 服務表示任務已完成，但還沒有提供影片。我會繼續查詢。
text-troubled = 我會繼續查詢；服務恢復後，這則訊息會接著更新。
text-too-large = 它超出了我能讀取的大小，因此無法得知任務的狀況。我會每隔幾分鐘再查詢一次。
text-done-attached = 影片請見附件。
text-done-link = 點選上方連結即可觀看影片。連結可能在一天內失效，請儘早儲存。
text-done-unfetched = 無法在此取得檔案，請點選上方連結觀看影片。連結可能在一天內失效，請儘早儲存。
text-done-hidden = 影片連結無法在這裡顯示。
text-done-coming = 服務傳來的是影片本身，而不是連結。如果能夠取得且不太大，就會附在這次追蹤的訊息中。
text-done-unattachable = 服務傳來的是影片本身，而不是連結，但無法附在這裡：它太大，或者這裡不允許傳送檔案。
text-done-lost = 服務傳來的是影片本身，而不是連結，但我無法取得。請用任務 ID 再查詢一次。
text-no-video = 服務完成了任務，但沒有提供影片。
text-filtered = 服務完成了任務，但其安全過濾器拒絕了影片。
text-not-found = 請確認 ID 是否完整，包括冒號前的部分（例如 `grok:`）。用其他帳號的金鑰建立的任務也查不到。
text-denied = 服務不接受這個機器人的金鑰，因此無法得知任務的狀況。請告知機器人的管理者。
text-timed-out = 經過 { $span }任務仍未完成，我們已停止追蹤。任務可能仍在進行：請用它的 ID 再次查詢。
text-unread = 經過 { $span }服務的回覆仍然過大而無法讀取，我們已停止追蹤，也無法得知任務的狀況。請用它的 ID 再次查詢。
text-stopped = 任務本身可能仍在進行：請用它的 ID 再次查詢。
caution-ends-by-dm = 15 分鐘後這則訊息可能不再更新；結果會以私人訊息告訴你。如果沒有收到，請用任務 ID 再次查詢。
caution-ask-again = 15 分鐘後這則訊息可能不再更新；屆時請用任務 ID 再次查詢。
caution-not-saved = 我無法儲存這次請求，所以這則訊息不會更新：請稍後用任務 ID 再次查詢。

# 簡要資訊的名稱和內容。
field-reason = 服務提供的原因
field-says = 服務的訊息
field-progress = 進度
field-usual = 通常需要
field-model = 模型
field-ratio = 畫面比例
field-since = 開始追蹤
field-took = 追蹤時長
field-changed = 上次變更
field-finished = 結束時間
field-until = 停止追蹤
field-task = 任務 ID
value-no-reason = 服務沒有說明原因。
value-filtered = 遭安全過濾器拒絕。
value-usual = 約 { $span }

# 頁尾。
footer-watching = 最多繼續追蹤 { $span }：這則訊息會自動更新
footer-people = 將通知 { $count } 人
footer-ended = 這則訊息不再更新

# 時間長度（簡寫）。
span-seconds = { $count } 秒
span-minutes = { $count } 分鐘
span-hours = { $count } 小時

# 按鈕。
button-refresh = 重新整理
button-notify = 通知我
button-prompt = 完整提示詞
button-stop = 停止追蹤
button-again = 再次追蹤
button-open = 開啟影片

# 只有本人看得到的回覆。
notice-bad-id = 這不是任務 ID。任務 ID 看起來像 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`：1 到 512 個字母、數字和 `. _ : -`，不含空格。
notice-store-down = 我暫時無法讀取紀錄，因此什麼都沒有做。請一分鐘後再試。
notice-not-requester = 只有發起者或管理人員可以這麼做。
notice-already-ended = 這次追蹤已經結束。如要繼續，請用 `/videostatus` 和任務 ID 再次查詢。
notice-unknown-watch = 我已經沒有這則訊息的紀錄。請用 `/videostatus` 和任務 ID 再次查詢。
notice-too-soon = 剛剛才查詢過。請在 { $wait }後再試。
notice-quota-watches = 你已經在追蹤 { $count } 個任務，達到上限。請先用 `/videowatches` 停止追蹤其中一個。
notice-quota-commands = 指令太頻繁了。請在 { $wait }後再試。
notice-notify-full = 已有 { $count } 人會收到通知，達到上限。
notice-refreshing = 正在向服務查詢。
notice-watching-again = 這則訊息已經在追蹤中。
notice-stopped = 已停止追蹤 { $count } 個任務。
notice-no-tasks-found = 我在那則訊息裡找不到任務 ID。
notice-no-watches = 目前沒有追蹤任何任務。
notice-no-prompt = 服務沒有提供這個任務的提示詞。
notice-channel-not-yours = 你不能在那個頻道傳送訊息，所以我不會在那裡通知。
notice-channel-not-mine = 我不能在那個頻道傳送訊息。請管理員允許我檢視該頻道並在其中發言。
notice-managers-only = 只有可以管理伺服器的成員才能查看所有人追蹤的任務。
notice-elsewhere = 這個機器人只為其他伺服器服務，在這裡無法使用。
notice-internal-error = 我這邊出了點問題。請再試一次。

# 清單。
list-title = 追蹤中的任務
list-open = 開啟
list-stop = 停止追蹤…
list-more = … 還有 { $count } 個
pick-question = 你指的是哪個任務？
pick-placeholder = 選擇任務 ID
prompt-enhanced = 最佳化後的提示詞
prompt-original = 提示詞
prompt-in-file = 提示詞太長，放不進一則訊息：請看檔案。

# 指令。
command-videostatus = 追蹤一個 AI 影片任務，完成後直接在這裡觀看影片
command-videowatches = 查看你正在追蹤的任務，並可停止追蹤其中一些
command-check = 查詢影片狀態
option-id = 任務 ID，例如 grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = 只有你看得到回覆
option-spoiler = 隱藏影片，點擊後才顯示
option-notify = 結束時在哪裡通知你（預設：這裡）
option-channel = 任務結束時也在另一個頻道公布
option-all = 查看這個伺服器所有人追蹤的任務（需要「管理伺服器」權限）
choice-here = 在這裡提及我
choice-dm = 以私人訊息通知
choice-off = 不要通知我
