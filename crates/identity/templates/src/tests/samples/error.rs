use super::Sampled;
use crate::error::{ErrorAction, ErrorKind, ErrorPage};
use crate::layout::Layout;

impl Sampled for ErrorPage {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let login = || "/login?flow=Zk3s9QyV0cX1bT7m".to_owned();
        let steps = [
            Some(ErrorAction::SignIn(login())),
            Some(ErrorAction::Account),
            Some(ErrorAction::Retry(login())),
            Some(ErrorAction::App("https://photos.example/".to_owned())),
            None,
        ];
        let kinds = ErrorKind::ALL.iter().zip(steps.into_iter().cycle());
        let page = |(&kind, next): (&ErrorKind, Option<ErrorAction>)| {
            let goes_on = !kind.is_apps_mistake() && kind != ErrorKind::RequestUsed;
            let of_redirect = |text: &str| {
                let is_redirect = kind == ErrorKind::RedirectMismatch;
                is_redirect.then(|| text.to_owned())
            };
            let page = Self {
                layout: layout.clone(),
                kind,
                app_name: kind.is_apps_mistake().then(|| "Photo Album".to_owned()),
                code: of_redirect("invalid_request"),
                description: of_redirect("redirect_uri is not registered for this client"),
                received: of_redirect("https://photos.example/callback/"),
                at: 1_795_000_000,
                next: next.filter(|_| goes_on),
            };
            (kind.code(), page)
        };
        kinds.map(page).collect()
    }
}
