use super::Sampled;
use crate::form_post::{FormPost, PendingResponse};
use crate::layout::Layout;

impl Sampled for FormPost {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            action: "https://photos.example/callback".to_owned(),
            app_name: "Photo Album".to_owned(),
            pairs: vec![
                ("code".to_owned(), "SplxlOBeZQQYbYS6WxSbIA".to_owned()),
                ("state".to_owned(), "\"><svg onload=alert(1)>".to_owned()),
            ],
            held: None,
        };
        let held = |link: Option<&str>| Self {
            held: Some(PendingResponse {
                host: "https://photos.example".to_owned(),
                link: link.map(str::to_owned),
            }),
            ..plain.clone()
        };
        let link = "https://photos.example/callback?error=invalid_scope";
        vec![
            ("normal", plain.clone()),
            ("held", held(Some(link))),
            ("held-form", held(None)),
        ]
    }
}
