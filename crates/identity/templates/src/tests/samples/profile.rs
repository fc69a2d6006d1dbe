use doorward_domain::model::{Profile, UserId};
use doorward_rules::profile::{self, Field, FieldProblem, ProfileEdit};

use super::Sampled;
use crate::layout::Layout;
use crate::profile::{PictureProblem, ProfileNotice, ProfilePage};
use crate::profile_fields::CustomFields;

impl Sampled for ProfilePage {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout.with_return_to("/account/profile");
        let empty = Self {
            layout,
            owner: UserId::from_uuid(uuid::Uuid::from_u128(7)),
            name: "alice".to_owned(),
            username: "alice".to_owned(),
            email: "alice@example.com".to_owned(),
            email_verified: true,
            can_mail: true,
            profile: Profile::default(),
            edit: ProfileEdit::default(),
            seen: 1_795_000_000,
            problems: Vec::new(),
            custom: CustomFields::default(),
            picture_problem: None,
            changed_meanwhile: false,
            notice: None,
            managed: std::collections::BTreeSet::new(),
        };
        let problem = |field, problem| FieldProblem { field, problem };
        let wrong = Self {
            edit: typed_sample(),
            problems: vec![
                problem(Field::Birthdate, profile::ProfileValueError::Form),
                problem(Field::Website, profile::ProfileValueError::Form),
                problem(Field::Zoneinfo, profile::ProfileValueError::Unknown),
            ],
            ..empty.clone()
        };
        let filled = Self {
            name: "Alice Archer".to_owned(),
            profile: Profile {
                given_name: Some("Alice".to_owned()),
                family_name: Some("Archer".to_owned()),
                avatar: doorward_domain::model::AvatarId::parse("Zk3s9QyV0cX1bT7mZk3s9Q"),
                locale: Some("fr-CA".to_owned()),
                ..Profile::default()
            },
            notice: Some(ProfileNotice::Saved),
            ..empty.clone()
        };
        let others = Self {
            changed_meanwhile: true,
            picture_problem: Some(PictureProblem::NoPicture),
            problems: vec![
                problem(Field::Bio, profile::ProfileValueError::TooLong { max: 500 }),
                problem(Field::Birthdate, profile::ProfileValueError::Future),
            ],
            ..filled.clone()
        };
        let custom = empty.vary(|page| page.custom = CustomFields::samples());
        let kept = filled.vary(|page| page.notice = Some(ProfileNotice::NotSavedYet));
        vec![
            ("normal", filled),
            ("kept", kept),
            ("empty", empty),
            ("wrong", wrong),
            ("others", others),
            ("custom", custom),
        ]
    }
}

fn typed_sample() -> ProfileEdit {
    [
        (Field::GivenName, "Alice"),
        (Field::FamilyName, "Archer"),
        (Field::Bio, "Gardener.\nWrites about bees."),
        (Field::Birthdate, "31.12.1984"),
        (Field::Website, "alice.example"),
        (Field::Zoneinfo, "Atlantis"),
    ]
    .into_iter()
    .fold(ProfileEdit::default(), |edit, (field, text)| {
        edit.with(field, text)
    })
}
