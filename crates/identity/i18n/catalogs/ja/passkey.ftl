### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = パスキーを使用
passkey-needs = パスキー（指紋、顔、デバイスのPIN）を使用するには、JavaScriptを許可してください。
passkey-rejected = このパスキーは受け付けられませんでした。もう一度試すか、別の方法でサインインしてください。
passkey-changed = お使いのデバイスは、追加したときとは別の種類のパスキーを示しています。別の方法でサインインし、アカウントから削除してから、もう一度追加してください。
passkey-failed = ブラウザーまたはパスワードマネージャーがパスキーを使用できませんでした。もう一度試すか、別のデバイスまたはパスワードマネージャーを選んでください。
passkey-known = このデバイスまたはパスワードマネージャーには、すでにこのアカウントのパスキーがあります。
passkey-recommended = おすすめ
passkey-synced = 同期済み
passkey-device = 1台のデバイスのみ
passkey-made = 追加:
passkey-used = 最終使用:
passkey-unused = 未使用
passkey-suspected = このパスキーはコピーされている可能性があります。削除して、新しいパスキーを追加してください。
passkey-change = 名前の変更または削除
passkey-change-label = 「{ $name }」の名前の変更または削除
passkey-name = 名前
passkey-rename = 名前を変更
passkey-remove = 削除

second-passkey-title = ご本人であることを確認

passkeys-title = パスキー
passkeys-text = パスワードの代わりに、指紋、顔、デバイスのPINでサインインできます。
passkeys-none = パスキーはまだありません。
passkeys-count = { $count ->
    [0] なし
   *[other] パスキー{ $count }個
}
passkeys-add = パスキーを追加
passkeys-confirm = 追加するにはもう一度サインイン
passkeys-full = パスキーの数が、1つのアカウントの上限に達しています。
passkeys-added = パスキーを追加しました。
passkeys-renamed = パスキーの名前を変更しました。
passkeys-removed = パスキーを削除しました。デバイスからも削除してください。
passkeys-rejected = このパスキーを追加できませんでした。もう一度お試しください。
passkeys-bad-name = 1～60文字の名前を入力してください
passkeys-only-way = サインインの方法はこのパスキーだけです。先にパスワードを設定するか、別のパスキーを追加してください。
passkeys-only-factor = このアカウントには2段階認証が必要です。先に別のパスキーまたは認証アプリを追加してください。

activity-passkey-failed = パスキーでのサインインに失敗しました
activity-passkey-stepped-up = パスキーで再度サインインしました
activity-passkey-added = パスキーが追加されました
activity-passkey-removed = パスキーが削除されました

notice-passkey-added-subject = パスキーが追加されました
notice-passkey-added-text = { $site }のアカウントにパスキーが追加されました。このパスキーを持つ人は、パスワードなしでサインインできます。
notice-passkey-removed-subject = パスキーが削除されました
notice-passkey-removed-text = { $site }のアカウントからパスキーが削除されました。このパスキーではサインインできなくなりました。
passkey-offer = 指紋、顔、またはデバイスのPINで、もっと速くサインインできます。
passkey-later = 後で

mail-passkey-subject = アカウントにパスキーを追加してください
mail-passkey-text = { $site }の管理者が、アカウントへのパスキーの追加をお願いしています。パスキーを保存するデバイスでリンクを開いてください。以後、そのデバイスでは指紋、顔、デバイスのPINでサインインできます。
