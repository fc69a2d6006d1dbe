### 使用目录中的密码登录。

directory-disabled = 您的帐户在您组织的目录中已被停用。请联系其管理员。
directory-expired = 您在组织目录中的帐户已过期。请联系其管理员。
directory-locked = 您的帐户在您组织的目录中已被锁定。请稍后重试，或联系其管理员。
directory-password-expired = 您在组织目录中的密码已过期。请在那里（例如在您的电脑上）更改密码，然后重新登录。
directory-conflict = 您的密码正确，但无法在此为您创建帐户。请联系此服务的管理员。
