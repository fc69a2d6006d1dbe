### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = 以此用户的身份操作
impersonation-text = 您可以在几分钟内像此用户一样查看一个应用。用户会收到一封包含您的姓名和原因的邮件，并可在“活动”中看到。应用不会获得用户未授予的访问权限，账号页面也不会打开。
impersonation-app-hint = 应用的 ID。其他所有应用和这些页面仍将您视为您自己。
impersonation-reason-hint = 最多 200 个字符。用户会通过邮件收到，也可在账号活动中看到。
impersonation-start = 以用户身份操作
impersonation-started = 您现在以此用户的身份操作。顶部的横条可结束操作。
impersonation-until = 截止
impersonation-open = 打开应用
impersonation-go = 打开应用并在其中登录：它得到的是该用户，而不是您。
impersonation-go-yourself = 在此浏览器中打开应用并在其中登录：它得到的是该用户，而不是您。
impersonation-other = 您正在以另一位用户的身份操作。请先结束。
impersonation-bar = 您正在 { $app } 中以 { $name } 的身份操作，直到 { $moment }。
impersonation-end = 结束
mail-impersonation-subject = 管理员正在以您的身份操作
mail-impersonation-text = { $site } 的 { $administrator } 可以在 { $moment } 之前在 { $app } 中以您的身份操作。原因：{ $reason }
mail-impersonation-button = 查看您的活动
mail-impersonation-otherwise = 如果这不是您要求的，请联系 { $site }。
