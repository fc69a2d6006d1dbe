use doorward_domain::model::{OwnText, TextOwner};
use doorward_store::repo::own_texts;

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

fn text(language: &str, key: &str, text: &str) -> OwnText {
    OwnText {
        language: language.to_owned(),
        key: key.to_owned(),
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn lists_texts_in_order_and_replaces_one() {
    on_both(async |db| {
        let owner = TextOwner::Deployment;
        for (language, key) in [("fr", "help"), ("de", "privacy"), ("de", "help")] {
            write!(db, own_texts::put, &owner, &text(language, key, "?"), NOW);
        }
        write!(
            db,
            own_texts::put,
            &owner,
            &text("de", "help", "Hilfe"),
            NOW + 1
        );
        let expected = [
            text("de", "help", "Hilfe"),
            text("de", "privacy", "?"),
            text("fr", "help", "?"),
        ];
        assert_eq!(own_texts::list(db.read(), &owner).await.unwrap(), expected);
        assert_eq!(
            own_texts::list_in(db.read(), &owner, "de").await.unwrap(),
            expected[..2]
        );
        assert_eq!(own_texts::count(db.read(), &owner).await.unwrap(), 3);
        assert!(!own_texts::has_of_brands(db.read()).await.unwrap());

        let mut seen = Vec::new();
        let mut last = None;
        loop {
            let page = own_texts::list_all(db.read(), last.as_ref(), 2).await;
            let mut page = page.unwrap();
            seen.extend(page.iter().map(|(_, text)| text.clone()));
            last = page.pop();
            if last.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);

        assert!(write!(db, own_texts::remove, &owner, "de", "help"));
        assert!(!write!(db, own_texts::remove, &owner, "de", "help"));
        let found = own_texts::find(db.read(), &owner, "fr", "help").await;
        assert_eq!(found.unwrap().as_deref(), Some("?"));
    })
    .await;
}
