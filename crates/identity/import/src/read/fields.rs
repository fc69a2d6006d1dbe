//! The members of a JSON object.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::found::{Found, Unreadable};
use super::words;

const FLAG: &str = "true or false";
const TEXT: &str = "a text";
const NUMBER: &str = "a whole number";
const TEXTS: &str = "a list of texts";
const LIST: &str = "a list";
const OBJECT: &str = "an object";

/// The members of an object. `null` and an empty text are absent.
#[derive(Clone, Copy)]
pub struct Fields<'a>(pub &'a Map<String, Value>);

fn texts_of<'a>(name: &str, list: &'a [Value]) -> Result<Vec<&'a str>, Unreadable> {
    let present = list.iter().filter(|one| !one.is_null());
    let texts = present.map(|one| {
        let text = one.as_str();
        text.ok_or_else(|| Unreadable::json(name, one, TEXTS))
    });
    texts.collect()
}

impl<'a> Fields<'a> {
    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn read<T>(
        self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Found<T> {
        let wrong = |value| Unreadable::json(name, value, expected);
        let value = self.value(name);
        value
            .map(|value| read(value).ok_or_else(|| wrong(value)))
            .transpose()
    }

    pub fn text(self, name: &str) -> Found<&'a str> {
        let text = self.read(name, TEXT, Value::as_str)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Returns a text that is not repeated in notes.
    pub fn secret(self, name: &str) -> Found<&'a str> {
        self.text(name).map_err(Unreadable::without_value)
    }

    /// Returns a Boolean. `SQLite` has 0 and 1.
    pub fn flag(self, name: &str) -> Found<bool> {
        if let Some(Value::String(text)) = self.value(name)
            && text.is_empty()
        {
            return Ok(None);
        }
        self.read(name, FLAG, |value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => words::flag(text.trim()),
            _ => None,
        })
    }

    pub fn number(self, name: &str) -> Found<i64> {
        self.read(name, NUMBER, Value::as_i64)
    }

    pub fn list(self, name: &str) -> Found<&'a [Value]> {
        let list = self.read(name, LIST, Value::as_array)?;
        Ok(list.map(Vec::as_slice))
    }

    pub fn texts(self, name: &str) -> Found<Vec<&'a str>> {
        let list = self.list(name)?;
        list.map(|list| texts_of(name, list)).transpose()
    }

    pub fn object(self, name: &str) -> Found<Fields<'a>> {
        let object = self.read(name, OBJECT, Value::as_object)?;
        Ok(object.map(Fields))
    }

    pub fn grouped_texts(self, name: &str) -> Found<BTreeMap<String, Vec<String>>> {
        let Some(object) = self.object(name)? else {
            return Ok(None);
        };
        let mut all = BTreeMap::new();
        for group in object.0.keys() {
            let texts = object.texts(group)?.unwrap_or_default();
            all.insert(
                group.clone(),
                texts.into_iter().map(str::to_owned).collect(),
            );
        }
        Ok(Some(all))
    }

    /// Returns a JSON field, which some databases return as text.
    pub fn json(self, name: &str) -> Found<Value> {
        self.read(name, "JSON", |value| match value {
            Value::String(text) => serde_json::from_str(text).ok(),
            value => Some(value.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!(null), Ok(None))]
    #[case(json!(""), Ok(None))]
    #[case(json!(true), Ok(Some(true)))]
    #[case(json!(0), Ok(Some(false)))]
    #[case(json!("FALSCH"), Ok(Some(false)))]
    #[case(json!("perhaps"), Err(()))]
    #[case(json!(2), Err(()))]
    #[case(json!([true]), Err(()))]
    fn flag_is_absent_read_or_unreadable(
        #[case] value: Value,
        #[case] expected: Result<Option<bool>, ()>,
    ) {
        let object = json!({ "x": value });
        let fields = Fields(object.as_object().unwrap());
        assert_eq!(fields.flag("x").map_err(drop), expected);
        assert_eq!(fields.flag("y"), Ok(None));
    }

    #[rstest]
    #[case(json!(null), Ok(None))]
    #[case(json!([]), Ok(Some(vec![])))]
    #[case(json!(["a", null]), Ok(Some(vec!["a"])))]
    #[case(json!(["a", 7]), Err(()))]
    #[case(json!("a"), Err(()))]
    fn list_is_absent_read_or_unreadable(
        #[case] value: Value,
        #[case] expected: Result<Option<Vec<&str>>, ()>,
    ) {
        let object = json!({ "x": value });
        let fields = Fields(object.as_object().unwrap());
        assert_eq!(fields.texts("x").map_err(drop), expected);
    }
}
