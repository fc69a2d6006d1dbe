use super::Sampled;
use crate::layout::{AccountChip, Layout};
use crate::logout::{BackLink, LoggedOut, Logout};

impl Sampled for Logout {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            action: "/logout".to_owned(),
            account: AccountChip::sample(),
            ..Self::default()
        };
        plain.in_states([
            ("normal", |_| ()),
            ("problem", |page| {
                let told = "post_logout_redirect_uri is not registered for this client";
                "/oauth2/logout".clone_into(&mut page.action);
                page.app_name = Some("Photo Album".to_owned());
                page.problem = Some(told.to_owned());
            }),
            ("app", |page| {
                "/oauth2/logout".clone_into(&mut page.action);
                page.hidden = vec![("state".to_owned(), "a\"b<c".to_owned())];
                page.app_name = Some("Photo Album".to_owned());
            }),
        ])
    }
}

impl Sampled for LoggedOut {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        fn back(held: Option<&str>) -> BackLink {
            BackLink {
                app_name: "Photo Album".to_owned(),
                url: "https://photos.example/".to_owned(),
                held: held.map(str::to_owned),
            }
        }
        let plain = Self {
            layout: layout.clone(),
            is_ended: true,
            ..Self::default()
        };
        plain.in_states([
            ("normal", |_| ()),
            ("nobody", |page| page.is_ended = false),
            ("held", |page| {
                page.back = Some(back(Some("https://photos.example")));
                page.is_ended = false;
            }),
            ("app", |page| {
                page.back = Some(back(None));
                page.frames = vec!["https://photos.example/out?iss=a&sid=b".to_owned()];
            }),
        ])
    }
}
