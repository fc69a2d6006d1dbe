//! Own texts as objects of files: those of an owner in a language are one object.

use std::collections::BTreeMap;

use doorward_admin::kinds::{Document, Kind, Object, Part, Step, member_changes};
use doorward_admin::operation::Boxed;
use doorward_admin::prelude::*;

use crate::operations::{REMOVE, SET};

pub(crate) static KIND: Kind = Kind {
    permission: "system:read",
    read: Some(read),
    parts: &[TEXTS],
    part_schemas: &[(TEXTS.member, texts_schema)],
    ..Kind::new(
        "texts",
        "own texts",
        &["organization", "client_id", "language"],
    )
};

/// Texts by their keys.
const TEXTS: Part = Part {
    member: "texts",
    steps,
};

fn texts_schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": { "type": "string" },
        "description": "Texts by their keys.",
    })
}

const PAGE: u64 = 500;

fn steps(object: &Document, before: &Value, after: &Value) -> Vec<Step> {
    let changes = member_changes(before.as_object(), after.as_object());
    let step = |(key, (_, after)): (String, (Value, Value))| {
        let mut body = object.clone();
        body.remove(TEXTS.member);
        body.insert("key".to_owned(), key.into());
        let entry = if after.is_null() {
            &REMOVE
        } else {
            body.insert("text".to_owned(), after);
            &SET
        };
        Step { entry, body }
    };
    changes.into_iter().map(step).collect()
}

fn read<'a>(
    context: &'a AdminContext<'_>,
    _listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        for permission in ["clients:read", "organizations:read"] {
            context.require_global(permission)?;
        }
        let mut all = BTreeMap::<(String, String), Document>::new();
        let mut last = None;
        loop {
            let page = repo::own_texts::list_all(context.db.read(), last.as_ref(), PAGE).await?;
            for (owner, text) in &page {
                let texts = all
                    .entry((owner.clone(), text.language.clone()))
                    .or_default();
                texts.insert(text.key.clone(), text.text.as_str().into());
            }
            last = page.last().cloned();
            if last.is_none() {
                break;
            }
        }
        Ok(all.into_iter().map(object).collect())
    })
}

fn object(((owner, language), texts): ((String, String), Document)) -> Object {
    let mut document = Document::from_iter([
        ("language".to_owned(), language.into()),
        (TEXTS.member.to_owned(), texts.into()),
    ]);
    let (kind, subject) = owner.split_once(' ').unwrap_or(("", "texts"));
    let member = match kind {
        "client" => Some("client_id"),
        "organization" => Some("organization"),
        _ => None,
    };
    document.extend(member.map(|member| (member.to_owned(), subject.into())));
    Object {
        document,
        subject: subject.to_owned(),
    }
}
