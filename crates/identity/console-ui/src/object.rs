//! Objects as operations show them.

use doorward_admin::operation::Entry;
use doorward_domain::boxed;
use serde_json::{Value, json};

use crate::console::Console;
use crate::parameter::parameter;
use crate::stop::Stop;

/// Returns a text of an object; an empty one if it has none.
pub fn word<'j>(object: &'j Value, member: &str) -> &'j str {
    object[member].as_str().unwrap_or_default()
}

/// Returns the texts of a list of an object.
pub fn words<'j>(object: &'j Value, member: &str) -> Vec<&'j str> {
    let all = object[member].as_array().into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

impl Console<'_> {
    /// Returns the object whose name is the parameter `id` of the path, with its version. `member` is the one by
    /// which the operation finds it.
    #[boxed(?Send)]
    pub async fn read_object(&self, show: &Entry, member: &str) -> Result<(Value, String), Stop> {
        let body = json!({ member: parameter(self.page, "id") });
        let found = (show.run)(body, &self.context()).await?;
        Ok((found.document, found.version.unwrap_or_default()))
    }
}
