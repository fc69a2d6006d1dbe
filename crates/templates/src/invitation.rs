//! `/invitation`: who invites into which organization, and what one can say to it.

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::Chrome;
use super::view::View;

/// Who looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visitor {
    /// Nobody is signed in.
    Unknown {
        /// Whether people may make accounts.
        can_register: bool,
    },
    /// The person whom it is for.
    Invited,
    /// A person with another address.
    SomebodyElse,
}

/// `GET|POST /invitation`. Fields: `csrf`, `decision=accept|decline|later`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/invitation.html")]
pub struct Invitation {
    /// What every page needs.
    pub chrome: Chrome,
    /// The name of the organization.
    pub organization: String,
    /// The name of who invites; none for the operator.
    pub inviter: Option<String>,
    /// The address that it was mailed to.
    pub address: String,
    /// Who looks at it.
    pub visitor: Visitor,
}

impl View for Invitation {
    const PAGE: &'static str = "invitation";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |visitor, inviter: Option<&str>| Self {
            chrome: Chrome::sample(lang),
            organization: "Acme Ltd".to_owned(),
            inviter: inviter.map(str::to_owned),
            address: "bob@example.com".to_owned(),
            visitor,
        };
        let mona = Some("Mona Mills");
        vec![
            ("invited", page(Visitor::Invited, mona)),
            (
                "unknown",
                page(Visitor::Unknown { can_register: true }, mona),
            ),
            (
                "closed",
                page(
                    Visitor::Unknown {
                        can_register: false,
                    },
                    None,
                ),
            ),
            ("somebody-else", page(Visitor::SomebodyElse, mona)),
        ]
    }
}
