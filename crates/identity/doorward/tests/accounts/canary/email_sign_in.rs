//! Sign-in with a mailed code or link.

use doorward_testkit::{Page, UserAgent};

use super::{NAME, WRONG, Walk};

const CODE: &str = "form:has([name=code])";

impl Walk {
    /// Tries a wrong identifier, a wrong code, the link, and the consumed code; returns the mail.
    pub(super) async fn by_mail(&mut self) -> String {
        self.agent = UserAgent::new();
        self.ask_by_mail(WRONG).await;
        let page = self.ask_by_mail(NAME).await;
        let (token, mail) = self.mailed("the link of the sign-in", "login/email/link");
        let (_, rest) = mail.split_once("Enter the code ").expect("a code");
        let code = rest[..9].to_owned();
        self.vault.keep("the mailed code", &code);
        self.vault.keep("the mailed code", &code.replace(' ', ""));
        self.send(page.form(CODE).with("code", "00000000")).await;
        let link = format!("/login/email/link?token={token}");
        let form = self.get(&link).await.form("#step");
        let account = self.send(form.clone()).await;
        assert_eq!(account.url.path(), "/account", "{}", account.dump());
        self.send(form).await;
        self.send(page.form(CODE).with("code", &code)).await;
        self.get(&link).await;
        mail
    }

    async fn ask_by_mail(&mut self, identifier: &str) -> Page {
        let form = self.get("/login/email").await.form("#email-ask");
        self.send(form.with("identifier", identifier)).await
    }
}
