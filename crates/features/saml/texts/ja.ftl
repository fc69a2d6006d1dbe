### Sign-out of SAML.

saml-signed-out-text = 次のアプリから応答がありません。各アプリでサインアウトするか、ブラウザーを閉じてください。
saml-signed-out-back = 続ける
