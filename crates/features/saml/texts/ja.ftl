### Sign-out of SAML.

saml-signed-out-text = 次のアプリから応答がありません。各アプリでサインアウトするか、ブラウザーを閉じてください。
saml-signed-out-back = 続ける

### Console pages of SAML.

saml-title = SAML アプリ
saml-text = これらのアプリは SAML 2.0 を使います。それぞれにこのサーバーのメタデータを登録してください。
saml-none = SAML を使うアプリはありません。
saml-new = 新しい SAML アプリ
saml-new-text = アプリのメタデータを貼り付けるか、その URL を入力します。メタデータがない場合は、エンティティ ID とアサーションコンシューマーサービス 1 つで足ります。
saml-created = アプリを登録しました。
saml-edit = SAML の設定を変更
saml-edit-text = メタデータはエンティティ ID、すべてのアドレスと証明書を置き換えます。空の項目は変更されません。
saml-changed = アプリを変更しました。
saml-settings = SAML の設定
saml-metadata = メタデータ
saml-metadata-hint = EntityDescriptor で始まる XML 文書。
saml-metadata-url = メタデータの URL
saml-entity-id = エンティティ ID
saml-entity-id-hint = リクエストでのアプリの名前。
saml-acs = アサーションコンシューマーサービス
saml-acs-hint = 1 行に URL を 1 つ。応答はこれらの URL にのみ送られます。
saml-sign-on = サインイン URL
saml-logout-url = サインアウト URL
saml-signing = 署名用の証明書 (SHA-256)
saml-encryption = 暗号化用の証明書 (SHA-256)
saml-signed-requests = リクエストに署名が必要
saml-signed = 応答の署名対象
saml-encrypted = アサーションを暗号化
saml-name-id = 名前の形式
saml-attributes = 属性の名前
saml-unsolicited = リクエストなしのサインイン
saml-known = 既知のアプリケーション
saml-url = 既知のアプリケーションの URL
saml-check = 内容を表示
saml-configuration = アプリケーションに入力する内容
saml-differences = 変更点
saml-certificates = 証明書
saml-sha256 = SHA-256
saml-signs-from = 署名の開始
saml-keys-text = 新しい鍵は、署名に使われる 14 日前からメタデータに含まれます。メタデータを読み込まないアプリには、この期間内に新しい証明書を手動で設定してください。
