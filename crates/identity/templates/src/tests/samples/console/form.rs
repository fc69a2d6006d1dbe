use super::change;
use super::parts::{field, frame, layout_at};
use crate::console::{Choice, EntryField, EntryForm, FieldKind, Section};
use crate::layout::Layout;
use crate::tests::samples::Sampled;

impl Sampled for EntryForm {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/apps/new");
        let field = |id, key, kind| EntryField {
            required: true,
            ..field(&layout, id, key, kind)
        };
        let choices = ["web", "spa"].map(|value| Choice {
            value: value.to_owned(),
            text: layout.t("console-kind-web"),
        });
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-new-app"),
            fields: vec![
                field("name", "console-name", FieldKind::Line),
                EntryField {
                    hint: layout.t("console-redirect-hint"),
                    ..field("redirect_uri", "console-redirect-uris", FieldKind::Lines)
                },
                field("kind", "console-kind", FieldKind::Select(choices.into())),
            ],
            once: Some("c2FtcGxl".to_owned()),
            action: "/admin/apps/new".to_owned(),
            submit: layout.t("console-create"),
            back: "/admin/apps".to_owned(),
            layout: layout.clone(),
            ..Self::default()
        };
        let settings = change::settings(&normal);
        let logo = change::logo(&normal);
        let mut wrong = normal.clone();
        for field in &mut wrong.fields {
            field.error = Some(layout.t("console-name-missing"));
        }
        wrong.version = Some("c2FtcGxl".to_owned());
        wrong.failure = Some(layout.t("console-denied-more"));
        let mut provider = normal.clone();
        provider.lead = layout.t_with("console-provider-choose", "name", "OpenID Connect");
        let shown = FieldKind::Shown;
        provider.fields = vec![
            EntryField {
                hint: layout.t("console-provider-redirect-hint"),
                value: "https://id.example.com/login/callback/google".to_owned(),
                ..field("redirect_uri", "console-provider-redirect", shown)
            },
            EntryField {
                hint: layout.t("console-provider-secret-again"),
                error: Some(layout.t("console-provider-secret-invalid")),
                ..field("client_secret", "console-secret", FieldKind::Secret)
            },
        ];
        let mut role = normal.clone();
        let permissions = ["keys:read", "keys:write"].map(|value| Choice {
            value: value.to_owned(),
            text: "Manages keys".to_owned(),
        });
        let picked = FieldKind::Checks(permissions.into(), Some("keys".to_owned()));
        role.fields = vec![
            EntryField {
                hint: layout.t("console-picker-more"),
                value: "keys:read".to_owned(),
                error: Some(layout.t("console-no-permission")),
                ..field("permissions", "console-permissions", picked)
            },
            EntryField {
                hint: layout.t("console-until-hint"),
                value: "2026-11-28T17:00".to_owned(),
                required: false,
                ..field("until", "console-until", FieldKind::Moment)
            },
        ];
        vec![
            ("normal", normal),
            ("role", role),
            ("wrong", wrong),
            ("provider", provider),
            ("settings", settings),
            ("logo", logo),
        ]
    }
}
