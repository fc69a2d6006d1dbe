### The notice on all pages, and read-only mode, in the console.

notices-title = お知らせと読み取り専用モード
notices-text = お知らせは期間中すべてのページに表示されます。読み取り専用モードでは、期間中サーバーがアカウント、同意、設定の変更を拒否します。サインイン、セッション、トークンはそのまま使えます。
notices-notice = お知らせ
notices-none = お知らせはありません。
notices-text-invalid = 1 行に 1～300 文字で入力してください
notices-languages = ほかの言語
notices-languages-hint = 1 行に 1 つ。例: de = Wartung am Samstag
notices-languages-invalid = 言語ごとに 1 行で入力してください。例: de = Wartung am Samstag
notices-from = 開始
notices-until = 終了
notices-until-invalid = 開始より後の時刻を入力してください。読み取り専用モードは最長 7 日です
notices-announced = 予告済み
notices-set = お知らせを設定
notices-set-done = お知らせを設定しました。
notices-remove = お知らせを削除
notices-remove-question = お知らせを削除しますか？
notices-remove-text = どのページにも表示されなくなります。
notices-removed = お知らせを削除しました。
notices-read-only = 読み取り専用モード
notices-read-only-active = 変更は拒否されます
notices-writable = 変更できます
notices-read-only-set = 読み取り専用モードを設定
notices-read-only-set-done = 読み取り専用モードを設定しました。
notices-read-only-until-hint = 開始から最長 7 日です。その時にモードは自動で終わります。
notices-read-only-end = 読み取り専用モードを終了
notices-read-only-end-question = 読み取り専用モードを終了しますか？
notices-read-only-end-text = 再び変更できるようになります。ここではすぐに、ほかのサーバーでは数秒以内です。
notices-read-only-ended = 読み取り専用モードが終了しました。
