# 見出し：メッセージの内容。通知の書き出しにも使う。
title-waiting = 順番待ちです
title-running = 動画を生成しています
title-finishing = もうすぐできあがります
title-troubled = 動画サービスから応答がありません
title-too-large = 動画サービスの応答が大きすぎます
title-done = 動画ができました
title-no-video = 完了しましたが、動画がありません
title-failed = 動画を生成できませんでした
title-not-found = このIDの動画が見つかりません
title-denied = 動画サービスに拒否されました
title-unserved = この動画の状況を確認できません
title-timed-out = { $span }たっても完成していません
title-unread = { $span }たっても読み取れません
title-stopped = 追跡を停止しました

# プロンプトの上に出る文。
text-finishing = 動画サービスでの生成は終わりましたが、動画はまだ届いていません。引き続き問い合わせます。
text-troubled = 引き続き試してみます。
text-troubled-at = 引き続き試してみます。最後に確認した進捗：{ $percent }。
text-too-large = この大きさの応答は読み取れないため、動画の状況が分かりません。数分おきにもう一度試します。
text-link-expires = リンクは1日以内に期限が切れることがあります。
text-video-too-large = 動画が大きすぎてDiscordに送れません。リンクは1日以内に期限が切れることがあります。
text-no-files = ここではファイルを添付できません。リンクは1日以内に期限が切れることがあります。
text-unfetched = ファイルを取得できませんでした。リンクは1日以内に期限が切れることがあります。
text-hidden = ここでは動画のリンクを表示できません。
text-coming = 動画サービスから、リンクではなく動画そのものが送られてきました。大きすぎなければ、取得でき次第ここに添付します。
text-unattachable = 動画サービスから、リンクではなく動画そのものが送られてきましたが、ここには添付できません。大きすぎるか、ファイルが許可されていません。
text-lost = 動画サービスから、リンクではなく動画そのものが送られてきましたが、取得できませんでした。もう一度 `/videostatus` を使ってください。
text-no-video = 動画サービスの応答に、使える動画のリンクが見つかりませんでした。
text-filtered = 動画サービスの安全フィルターに拒否されました。
text-no-reason = 動画サービスから理由は示されませんでした。
text-says = 動画サービスからのメッセージ：
text-not-found = コロンの前の部分も含めて、IDは全部入っていますか？ 別のアカウントの動画かもしれません。
text-denied = キーが受け付けられないため、動画の状況を確認できません。このボットの運営者に知らせてください。
text-unserved = この動画を扱う動画サービスに接続していません。動画はそちらで完成するかもしれません。このボットの運営者に知らせてください。
text-timed-out = 確認を終了しました。動画はこのあと完成するかもしれません。
text-unread = 確認を終了しました。動画の状況は分かりません。
text-stopped-by = { $person } さんによる操作です。動画の生成そのものは続いているかもしれません。
text-not-saved = リクエストを保存できなかったため、このメッセージは更新されません。あとでもう一度 `/videostatus` を使ってください。
text-frozen = Discordの制限により、このメッセージはもう変更できません。追跡は続けていて、結果はDMでお知らせします。
text-frozen-ask = Discordの制限により、このメッセージはもう変更できません。結果を知るには、もう一度 `/videostatus` を使ってください。
text-not-told = 誰にも通知できませんでした。ここには投稿できず、あなたのDMも閉じられています。

# 下の小さな行：短い語句を点でつなぐ。
small-usual = 通常 { $span }
small-took = 所要時間 { $span }
small-ping-you = ここでメンションします
small-ping-people = ここで{ $count }人にメンションします
small-dm = DMでお知らせします
small-until = { $moment }に確認を終了
small-private = あなただけに表示されています。
small-then-dm = 15分後からはDMで続けます。
small-then-ask = 15分後にこのメッセージは更新されなくなります。その後はもう一度 `/videostatus` を使ってください。

# 値。
value-percent = { $percent }%
value-quote = 「{ $text }」
span-seconds = { $count }秒
span-minutes = { $count }分
span-hours = { $count }時間

# 通知：見出しと、それに続く内容。
ping-about = { $title }：{ $what }
ping-deleted = あなたの動画についてのメッセージが誰かに削除されました。追跡は続けていて、結果はお知らせします。
ping-filtered = 安全フィルターに拒否されました

# ボタン：80文字まで、できれば20文字以内。
button-notify = 通知を受け取る
button-notify-off = 通知を受け取らない
button-prompt = プロンプト全文
button-stop = 追跡を停止
button-again = もう一度追跡
button-open = 動画を開く
button-newer = 新しいもの
button-older = 古いもの

# 本人だけに見える返事。
notice-bad-id = 動画のIDではありません。IDは `grok:eee6faa8-9dee-455c-aa82-02ac623adf3a` のような形で、1〜512文字の英数字と `. _ : -` からなり、空白は含みません。
notice-store-down = 今は記録にアクセスできないため、何も行いませんでした。1分ほどしてからもう一度お試しください。
notice-not-requester = これができるのは、依頼した本人かモデレーターだけです。
notice-already-ended = この動画はもう追跡していません。続けるには、IDを付けて `/videostatus` を使ってください。
notice-unknown-watch = このメッセージの記録はもうありません。続けるには、IDを付けて `/videostatus` を使ってください。
notice-too-soon = 確認したばかりです。{ $wait }後にもう一度お試しください。
notice-quota-watches = すでに上限の{ $count }本の動画を追跡しています。先に `/videowatches` でどれかの追跡を停止してください。
notice-quota-commands = コマンドが多すぎます。{ $wait }後にもう一度お試しください。
notice-notify-here = ここでメンションします。
notice-notify-dm = DMでお知らせします。
notice-notify-off = 通知しません。
notice-notify-full = ここで通知する人は、すでに上限の{ $count }人に達しています。
notice-refreshing = 動画サービスに問い合わせています。
notice-watching-again = この動画はすでに追跡しています。
notice-stopped = { $count }本の動画の追跡を停止しました。
notice-no-tasks-found = そのメッセージに動画のIDは見つかりませんでした。
notice-no-watches = 追跡中の動画はありません。動画サービスから受け取ったIDを付けて `/videostatus` を使ってください。
notice-none-finished = 追跡した動画で終わったものはまだありません。動画サービスから受け取ったIDを付けて `/videostatus` を使ってください。
notice-no-watches-here = このサーバーで動画を追跡している人はいません。動画サービスから受け取ったIDを付けて `/videostatus` を使ってください。
notice-no-prompt = 動画サービスからプロンプトは届いていません。
notice-channel-not-yours = そのチャンネルではあなたがメッセージを送信できないため、そこではお知らせしません。
notice-channel-not-mine = そのチャンネルにメッセージを送信できません。閲覧と投稿を許可するよう、管理者に頼んでください。
notice-managers-only = 全員の動画を確認できるのは、サーバーを管理できるメンバーだけです。
notice-elsewhere = このボットはほかのサーバー向けです。ここでは利用できません。
notice-internal-error = こちらで問題が発生しました。もう一度お試しください。

# 一覧。
list-title = 追跡中の動画
list-title-all = このサーバーで追跡中の動画
list-title-finished = 終わった動画
list-since = { $moment }から
list-stop = 追跡を停止…
list-again = もう一度追跡…
pick-question = どの動画ですか？
pick-placeholder = IDを選択
prompt-enhanced = 拡張されたプロンプト
prompt-original = プロンプト
prompt-in-file = プロンプトが長すぎてメッセージに入らないため、ファイルにしました。

# コマンド：説明は1〜100文字、メニュー項目は1〜32文字。
command-videostatus = AI動画を追跡し、完成したらここに表示します
command-videowatches = 追跡中の動画を一覧にし、追跡を停止できます
command-check = 動画の状態を確認
option-id = 動画のID（例：grok:eee6faa8-9dee-455c-aa82-02ac623adf3a）
option-private = 返事を自分だけに表示
option-spoiler = クリックするまで動画を隠す
option-notify = 完成したときの通知先（初期設定：ここ）
option-channel = 別のチャンネルでもお知らせする
option-all = このサーバーの全員の動画（「サーバー管理」の権限が必要）
option-show = 表示するもの：進行中（標準）または終了
choice-here = ここでメンション
choice-dm = DMで
choice-off = 通知しない
choice-running = 進行中
choice-finished = 終了
