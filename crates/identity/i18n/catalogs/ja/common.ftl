### What every page shares.

title-error = エラー: { $title }
skip = 本文へ移動
language = 言語
theme = テーマ
theme-auto = 自動
theme-light = ライト
theme-dark = ダーク
help = ヘルプ
privacy = プライバシー
terms = 利用規約
imprint = 運営者情報
problem-title = 問題があります
banner-label = お知らせ
banner-copy = これはテスト用のコピーです（作成: { $moment }）。ここにあるものは本物ではありません。
banner-read-only = { $moment } まで変更できません。サインインと閲覧は続けられます。
continue-to = { $app }に進む
continue = 続ける
back-to-app = { $app }に戻る
account-other = 別のアカウントを使用
copy = コピー
copied = コピーしました
show = 表示
hide = 非表示
show-password = パスワードを表示
hide-password = パスワードを非表示

# How long ago something was.
ago-now = たった今
ago-minutes = { $count ->
   *[other] { $count }分前
}
ago-hours = { $count ->
   *[other] { $count }時間前
}
ago-days = { $count ->
   *[other] { $count }日前
}

# A day, and a moment of a mail.
date = { $year }年{ $month }月{ $day }日
date-time = { $date } { $time } UTC
date-minute = { $date } { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
   *[other] 試行回数が多すぎます。{ $minutes }分待ってから、もう一度お試しください。
}
busy = 現在、サインインが混み合っています。数秒後にもう一度お試しください。
stale-form = このページは長い間開かれていました。もう一度送信してください。
