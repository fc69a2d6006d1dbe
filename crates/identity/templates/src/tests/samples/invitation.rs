use super::Sampled;
use crate::invitation::{Invitation, Visitor};
use crate::layout::Layout;

impl Sampled for Invitation {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let invited = Self {
            layout: layout.clone(),
            id: String::new(),
            organization: "Acme Ltd".to_owned(),
            inviter: Some("Mona Mills".to_owned()),
            address: "bob@example.com".to_owned(),
            visitor: Visitor::Invited,
        };
        let unknown = |can_register| Visitor::Unknown { can_register };
        let seen_by = |visitor| invited.vary(|page| page.visitor = visitor);
        vec![
            ("invited", invited.clone()),
            ("unknown", seen_by(unknown(true))),
            (
                "closed",
                seen_by(unknown(false)).vary(|page| page.inviter = None),
            ),
            ("somebody-else", seen_by(Visitor::SomebodyElse)),
        ]
    }
}
