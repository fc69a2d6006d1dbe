### Access reviews: the pages of reviewers and their mail.

reviews-title = 访问评审
reviews-text = 请决定这些角色是否仍然需要。
reviews-none = 没有等待您决定的访问评审。
reviews-open = 待决定：{ $count }
reviews-decide = 做出决定
reviews-lines-text = 请确认仍然需要的角色，并撤销其他角色。撤销的角色立即失效。您自己的角色由其他评审者决定。
reviews-by-group = 通过群组 { $group }
reviews-since = 分配于
reviews-assigned-by = 分配者：{ $name }
reviews-last-login = 上次登录
reviews-never = 从未登录
reviews-reason = 原因（可选，最多 200 个字符）
reviews-confirm = 确认所选角色
reviews-revoke = 撤销所选角色
reviews-done = 您的决定已保存。
reviews-left = 您的决定已保存。部分已撤销的角色无法移除：群组的角色在成员资格结束后才会失效。
reviews-all-done = 您已对此评审中的所有角色做出决定。
mail-review-subject = 访问评审：需要您的决定
mail-review-text = 您是 { $site } 上“{ $review }”的评审者。请在 { $moment } 之前决定哪些角色仍然需要。
mail-review-button = 打开评审
mail-review-otherwise = 您收到此邮件，是因为管理员将您指定为评审者。
