# 標題：訊息的主題，也用作通知的開頭。
title-waiting = 排隊中
title-running = 正在製作你的影片
title-finishing = 快好了
title-troubled = 影片服務沒有回應
title-too-large = 影片服務的回覆太大
title-done = 你的影片完成了
title-no-video = 已完成，但沒有影片
title-failed = 影片製作失敗
title-not-found = 找不到這個 ID 的影片
title-denied = 影片服務拒絕了我的請求
title-unserved = 我查不到這個影片的進度
title-timed-out = 過了 { $span }還沒完成
title-unread = 過了 { $span }仍無法讀取
title-stopped = 已停止追蹤

# 提示詞上方的句子。
text-finishing = 影片服務已經完成，但還沒把影片交出來。我會繼續詢問。
text-troubled = 我會繼續嘗試。
text-troubled-at = 我會繼續嘗試。最近一次的進度：{ $percent }。
text-too-large = 這麼大的回覆我讀不了，所以不知道你的影片進展如何。我會每隔幾分鐘再試一次。
text-link-expires = 連結可能在一天內失效。
text-video-too-large = 影片太大，無法傳到 Discord。連結可能在一天內失效。
text-no-files = 我不能在這裡附加檔案。連結可能在一天內失效。
text-unfetched = 我沒能取得影片檔案。連結可能在一天內失效。
text-hidden = 我不能在這裡顯示影片連結。
text-coming = 影片服務傳來的是影片本身，而不是連結。只要檔案不會太大，我一拿到就會附在這裡。
text-unattachable = 影片服務傳來的是影片本身，而不是連結，但我沒辦法附在這裡：檔案太大，或是這裡不允許傳送檔案。
text-lost = 影片服務傳來的是影片本身，而不是連結，但我沒能取得。請再用一次 `/videostatus`。
text-no-video = 我在影片服務的回覆裡找不到可用的影片連結。
text-filtered = 它被影片服務的安全過濾器擋下了。
text-no-reason = 影片服務沒有說明原因。
text-says = 影片服務的說明：
text-not-found = ID 完整嗎？冒號前面的部分也要有。它也可能屬於另一個帳號。
text-denied = 它不接受我的金鑰，所以我查不到你的影片。請告訴這個機器人的管理者。
text-unserved = 我沒有連線到它所屬的影片服務。影片在那邊還是有可能完成。請告訴這個機器人的管理者。
text-timed-out = 我不再查詢了，不過影片之後還是有可能完成。
text-unread = 我不再查詢了，也不知道你的影片進展如何。
text-stopped-by = 操作者：{ $person }。影片本身可能還是會完成。
text-not-saved = 我沒能儲存你的請求，所以這則訊息不會更新。請稍後再次使用 `/videostatus`。
text-frozen = 我已經無法再修改這則訊息（Discord 的限制）。我還在追蹤，結果會用私人訊息告訴你。
text-frozen-ask = 我已經無法再修改這則訊息（Discord 的限制）。想知道結果，請再次使用 `/videostatus`。
text-not-told = 我沒能通知任何人：我不能在這裡發言，而你關閉了私人訊息。

# 下方的小字：簡短的詞句，以圓點相連。
small-usual = 通常需要 { $span }
small-took = 花了 { $span }
small-ping-you = 會在這裡提醒你
small-ping-people = 會在這裡提醒 { $count } 人
small-dm = 會傳私人訊息給你
small-until = { $moment }停止嘗試
small-private = 只有你看得到這則訊息。
small-then-dm = 15 分鐘後我會改用私人訊息繼續。
small-then-ask = 15 分鐘後這則訊息不再更新，屆時請再次使用 `/videostatus`。

# 值。
value-percent = { $percent }%
value-quote = 「{ $text }」
span-seconds = { $count } 秒
span-minutes = { $count } 分鐘
span-hours = { $count } 小時

# 通知：標題，以及接在後面的內容。
ping-about = { $title }：{ $what }
ping-deleted = 有人刪除了我關於你影片的訊息。我還在追蹤，有結果會告訴你。
ping-filtered = 被安全過濾器擋下

# 按鈕：最多 80 個字元，最好不超過 20 個。
button-notify = 通知我
button-notify-off = 不再通知我
button-prompt = 完整提示詞
button-stop = 停止追蹤
button-again = 再次追蹤
button-open = 開啟影片
button-newer = 較新的
button-older = 較舊的

# 只有本人看得到的回覆。
notice-bad-id = 這不是影片的 ID。ID 看起來像 `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a`：1 到 512 個字母、數字和 `. _ : -`，不含空格。
notice-store-down = 我暫時讀不到紀錄，所以什麼都沒做。請一分鐘後再試。
notice-not-requester = 只有發起的人或管理人員可以這麼做。
notice-already-ended = 我已經不再追蹤這部影片了。要繼續的話，請使用 `/videostatus` 加上 ID。
notice-unknown-watch = 我已經沒有這則訊息的紀錄了。要繼續的話，請使用 `/videostatus` 加上 ID。
notice-too-soon = 我剛剛才查詢過。請在 { $wait }後再試。
notice-quota-watches = 你已經在追蹤 { $count } 部影片，達到上限了。請先用 `/videowatches` 停止追蹤其中一部。
notice-quota-commands = 指令用得太頻繁了。請在 { $wait }後再試。
notice-notify-here = 我會在這裡提醒你。
notice-notify-dm = 我會傳私人訊息給你。
notice-notify-off = 我不會通知你。
notice-notify-full = 我在這裡已經要通知 { $count } 人，達到上限了。
notice-refreshing = 我正在向影片服務查詢。
notice-watching-again = 我已經在追蹤這部影片了。
notice-stopped = 我已停止追蹤 { $count } 部影片。
notice-no-tasks-found = 我在那則訊息裡找不到影片 ID。
notice-no-watches = 你沒有追蹤任何影片。請使用 `/videostatus`，加上影片服務給你的 ID。
notice-none-finished = 你追蹤的影片都還沒有結束。請使用 `/videostatus`，加上影片服務給你的 ID。
notice-no-watches-here = 這個伺服器裡沒有人在追蹤影片。請使用 `/videostatus`，加上影片服務給你的 ID。
notice-no-prompt = 影片服務沒有提供提示詞。
notice-channel-not-yours = 你不能在那個頻道傳送訊息，所以我不會在那裡公布。
notice-channel-not-mine = 我不能在那個頻道傳送訊息。請管理員允許我檢視該頻道並在裡面發言。
notice-managers-only = 只有可以管理伺服器的成員才看得到所有人的影片。
notice-elsewhere = 這個機器人只為其他伺服器服務，在這裡無法使用。
notice-internal-error = 我這邊出了點問題。請再試一次。

# 清單。
list-title = 你追蹤的影片
list-title-all = 這個伺服器裡追蹤的影片
list-title-finished = 已結束的影片
list-since = { $moment }開始
list-stop = 停止追蹤…
list-again = 再次追蹤…
pick-question = 你指的是哪部影片？
pick-placeholder = 選擇一個 ID
prompt-enhanced = 最佳化後的提示詞
prompt-original = 提示詞
prompt-in-file = 提示詞太長，一則訊息放不下：請看檔案。

# 指令：說明為 1 到 100 個字元，選單項目為 1 到 32 個字元。
command-videostatus = 追蹤一部 AI 影片，完成後直接出現在這裡
command-videowatches = 列出你追蹤的影片，並可停止追蹤其中一些
command-check = 查詢影片狀態
option-id = 影片的 ID，例如 grok:eee6faa8-9dee-455c-aa82-02ac623adf3a
option-private = 只有你看得到回覆
option-spoiler = 隱藏影片，點擊後才顯示
option-notify = 影片完成時在哪裡通知你（預設：這裡）
option-channel = 同時在另一個頻道公布
option-all = 這個伺服器裡所有人的影片（需要「管理伺服器」權限）
option-show = 顯示哪些：進行中（預設）或已結束
choice-here = 在這裡提及我
choice-dm = 用私人訊息
choice-off = 不要通知我
choice-running = 進行中
choice-finished = 已結束
