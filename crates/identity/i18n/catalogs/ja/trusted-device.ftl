# Browsers on which the second step is spared.

second-trust = { $days ->
   *[other] このデバイスを{ $days }日間信頼する
}
trusted-title = 信頼済みデバイス
trusted-text = そこでは2段階目を求められません。両方が必要な変更を除き、パスワードだけで十分です。
trusted-since = 信頼した日
trusted-until = 期限
trusted-remove = 削除
trusted-remove-all = すべて削除
trusted-gone = 2段階目がもう一度求められます。
activity-trusted = デバイスを信頼しました: しばらく2段階目は不要です
activity-distrusted = デバイスの信頼が取り消されました
notice-trusted-subject = 新しいデバイスを信頼しました
notice-trusted-text = 今後しばらくの間、そのデバイスでは{ $site }へのサインインにパスワードだけが求められます。
