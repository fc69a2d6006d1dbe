use super::Sampled;
use crate::email_code::{EmailCode, EmailCodeForm, EmailCodeProblem};
use crate::layout::Layout;

impl Sampled for EmailCodeForm {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            ..Self::default()
        };
        normal.in_states([
            ("normal", |_| ()),
            ("bare", |page| {
                page.flow = String::new();
                "/account/security/2fa".clone_into(&mut page.next);
                page.app_name = None;
            }),
            ("missing", |page| {
                page.remember = true;
                page.missing = true;
            }),
        ])
    }
}

impl Sampled for EmailCode {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use EmailCodeProblem as Problem;

        let normal = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            attempt: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            again: "?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            problem: None,
        };
        normal.in_states([
            ("normal", |_| ()),
            ("bare", |page| {
                page.app_name = None;
                page.again = String::new();
            }),
            ("missing", |page| page.problem = Some(Problem::Missing)),
            ("wrong", |page| page.problem = Some(Problem::Wrong)),
        ])
    }
}
