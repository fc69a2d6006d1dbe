use super::Sampled;
use crate::layout::Layout;
use crate::status_page::{StatusPage, StepKind, StepNotice};

impl Sampled for StatusPage {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |kind, notice| Self {
            layout: layout.clone(),
            kind,
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            address: matches!(kind, StepKind::ProveEmail | StepKind::ConfirmOperator)
                .then(|| "alice@example.com".to_owned()),
            notice,
        };
        let mut all: Vec<(&'static str, Self)> = StepKind::ALL
            .into_iter()
            .map(|kind| (kind.as_str(), page(kind, None)))
            .collect();
        let prove = |notice| page(StepKind::ProveEmail, Some(notice));
        all.push(("resent", prove(StepNotice::Resent)));
        all.push(("enough-mails", prove(StepNotice::EnoughMails)));
        all
    }
}
