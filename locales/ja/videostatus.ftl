# 見出し：メッセージの内容。通知の書き出しにも使う。
title-waiting = 順番待ちです
title-running = 動画を生成しています
title-finishing = 完了しました。動画を待っています
title-troubled = 動画サービスが応答していません
title-too-large = サービスの応答が大きすぎます
title-done = 動画ができました
title-no-video = 完了しましたが、動画がありません
title-failed = タスクが失敗しました
title-not-found = 動画サービスにこのタスクが見つかりません
title-denied = 動画サービスがこのボットを拒否しました
title-timed-out = 追跡を終了しました
title-stopped = 追跡を停止しました

# プロンプトの上に出る文。
text-finishing = サービスはタスクが完了したと伝えていますが、動画はまだ届いていません。確認を続けます。
text-troubled = 確認を続けます。サービスが応答すれば、このメッセージも更新されます。
text-too-large = 読み取れる大きさを超えているため、タスクの状況は分かりません。数分おきに確認を続けます。
text-done-attached = 動画を添付しました。
text-done-link = 上のリンクから動画を開けます。1日以内に期限が切れることがあるので、必要な場合は保存してください。
text-done-unfetched = ファイルを取得できませんでした。上のリンクから動画を開けます。1日以内に期限が切れることがあるので、必要な場合は保存してください。
text-done-hidden = ここでは動画のリンクを表示できません。
text-done-coming = サービスはリンクではなく動画そのものを送りました。取得でき、大きすぎなければ、この追跡のメッセージに添付します。
text-done-unattachable = サービスはリンクではなく動画そのものを送りましたが、大きすぎるか、ファイルが許可されていないため、ここには添付できません。
text-done-lost = サービスはリンクではなく動画そのものを送りましたが、取得できませんでした。タスクIDでもう一度確認してください。
text-no-video = サービスはタスクを完了しましたが、動画を返しませんでした。
text-filtered = サービスはタスクを完了しましたが、安全フィルターが動画を拒否しました。
text-not-found = コロンの前の部分（`grok:` など）を含め、IDがすべて入力されているか確認してください。別のアカウントのキーで作成されたタスクも表示できません。
text-denied = サービスがこのボットのキーを受け付けないため、タスクの状態は分かりません。ボットの運営者に知らせてください。
text-timed-out = { $span }たってもタスクが完了しなかったため、追跡を終了しました。タスクはまだ続いている可能性があります。IDを指定してもう一度確認してください。
text-unread = { $span }たってもサービスの応答が大きすぎて読み取れなかったため、追跡を終了しました。タスクの状況は分かりません。IDを指定してもう一度確認してください。
text-stopped = タスク自体は続いている可能性があります。IDを指定してもう一度確認してください。
caution-ends-by-dm = このメッセージは15分後に更新されなくなることがあります。結果はダイレクトメッセージでお知らせします。届かない場合は、タスクIDでもう一度確認してください。
caution-ask-again = このメッセージは15分後に更新されなくなることがあります。その後はタスクIDでもう一度確認してください。
caution-not-saved = リクエストを保存できなかったため、このメッセージは更新されません。あとでタスクIDを指定してもう一度確認してください。

# 項目の名前と値。
field-reason = サービスが示した理由
field-says = サービスからのメッセージ
field-progress = 進捗
field-usual = 通常の所要時間
field-model = モデル
field-ratio = 縦横比
field-since = 追跡開始
field-took = 追跡時間
field-changed = 最終更新
field-finished = 終了
field-until = 追跡終了
field-task = タスクID
value-no-reason = 理由は示されませんでした。
value-filtered = 安全フィルターにより拒否されました。
value-usual = 約{ $span }

# フッター。
footer-watching = 最長あと{ $span }追跡します：このメッセージは自動で更新されます
footer-people = { $count }人に通知します
footer-ended = このメッセージはもう更新されません

# 時間の長さ。
span-seconds = { $count }秒
span-minutes = { $count }分
span-hours = { $count }時間

# ボタン。
button-refresh = 更新
button-notify = 通知を受け取る
button-prompt = プロンプト全文
button-stop = 追跡を停止
button-again = もう一度追跡
button-open = 動画を開く

# 本人だけに見える返事。
notice-bad-id = タスクIDではありません。タスクIDは `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a` のような形で、1〜512文字の英数字と `. _ : -` からなり、空白は含みません。
notice-store-down = 記録にアクセスできないため、何も行いませんでした。1分ほどしてからもう一度お試しください。
notice-not-requester = これができるのは、依頼した人かモデレーターだけです。
notice-already-ended = この追跡は終了しています。続けるには、`/videostatus` とタスクIDでもう一度確認してください。
notice-unknown-watch = このメッセージの記録はもうありません。`/videostatus` とタスクIDでもう一度確認してください。
notice-too-soon = 確認したばかりです。{ $wait }後にもう一度お試しください。
notice-quota-watches = すでに上限の{ $count }件のタスクを追跡しています。先に `/videowatches` でどれかの追跡を停止してください。
notice-quota-commands = コマンドが多すぎます。{ $wait }後にもう一度お試しください。
notice-notify-full = 通知を受け取る人がすでに上限の{ $count }人に達しています。
notice-refreshing = サービスに確認しています。
notice-watching-again = このメッセージはすでに追跡中です。
notice-stopped = { $count }件のタスクの追跡を停止しました。
notice-no-tasks-found = そのメッセージにタスクIDは見つかりませんでした。
notice-no-watches = 追跡中のタスクはありません。
notice-no-prompt = このタスクのプロンプトはサービスから届いていません。
notice-channel-not-yours = そのチャンネルではあなたがメッセージを送信できないため、そこではお知らせしません。
notice-channel-not-mine = そのチャンネルにメッセージを送信できません。閲覧と投稿を許可するよう、管理者に依頼してください。
notice-managers-only = 全員の追跡一覧を見られるのは、サーバーを管理できるメンバーだけです。
notice-elsewhere = このボットはほかのサーバー向けです。ここでは利用できません。
notice-internal-error = こちらで問題が発生しました。もう一度お試しください。

# 一覧。
list-title = 追跡中のタスク
list-open = 開く
list-stop = 追跡を停止…
list-more = … ほか{ $count }件
pick-question = どのタスクですか？
pick-placeholder = タスクIDを選択
prompt-enhanced = 拡張されたプロンプト
prompt-original = プロンプト
prompt-in-file = プロンプトが長すぎてメッセージに入らないため、ファイルにしました。

# コマンド。
command-videostatus = AI動画のタスクを追跡し、完成したらここで動画を表示します
command-videowatches = 追跡中のタスクを確認し、追跡を停止できます
command-check = 動画の状態を確認
option-id = タスクID（例：grok:eee6faa8-9dee-455c-aa82-02ac623adf3a）
option-private = 返事を自分だけに表示
option-spoiler = クリックするまで動画を隠す
option-notify = 終わったときの通知先（初期設定：ここ）
option-channel = 結果を別のチャンネルでもお知らせする
option-all = このサーバーの全員の追跡一覧（「サーバー管理」の権限が必要）
choice-here = ここでメンション
choice-dm = ダイレクトメッセージ
choice-off = 通知しない
