use super::parts::{frame, layout_at};
use crate::console::{ConfigurationPart, Fact, Link, NewSecret, Section, Value};
use crate::layout::Layout;
use crate::tests::samples::{NOW, Sampled};

impl Sampled for NewSecret {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/apps/photos");
        let normal = Self {
            frame: frame(Section::Apps, false),
            heading: layout.t("console-secret-made"),
            facts: vec![Fact::new(
                layout.t("console-made-id"),
                Value::Code("photos".to_owned()),
            )],
            secret_label: layout.t("console-made-secret"),
            secret: Some("SampleSampleSampleSampleSampleSampleSampleS".to_owned()),
            done: Link::new("/admin/apps/photos", layout.t("console-secret-saved")),
            test: Some(Link::new(
                "/admin/apps/photos/test",
                layout.t("console-test"),
            )),
            configuration: vec![ConfigurationPart {
                place: "Photos: photos.ini".to_owned(),
                text: "[sign-in]\nid = photos\n".to_owned(),
            }],
            notes: vec!["Photos builds the redirect URI from `root_url`.".to_owned()],
            now: NOW,
            layout,
        };
        let public = Self {
            secret: None,
            test: None,
            configuration: Vec::new(),
            notes: Vec::new(),
            ..normal.clone()
        };
        vec![("normal", normal), ("public", public)]
    }
}
