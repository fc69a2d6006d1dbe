### Devices and sessions.

sessions-end-others = 他のすべてからサインアウト
sessions-others-ended = 他のすべてのデバイスがサインアウトされました。

ended-title = セッションが終了した理由
ended-list-title = 終了したセッション
ended-list-text = サインインしていた場所と、現在サインインしていない理由です。
ended-none = 最近終了したセッションはありません。
ended-idle = 長い間使われませんでした。
ended-expired = セッションの最長時間に達しました。
ended-signed-out = そのデバイスでサインアウトしました。
ended-replaced = 同じブラウザーでの別のサインインに置き換えられました。
ended-password = パスワードが変更または再設定されました。
ended-administrator = 管理者が終了しました。
ended-owner = あなたが別のデバイスから終了しました。
ended-factor = 2段階認証が変更されました。
ended-reuse = キーが 2 回使われたため、保護のために終了しました。
ended-too-many = アカウントのセッションが多すぎたため、古いものから終了しました。
