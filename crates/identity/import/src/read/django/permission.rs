//! Permissions of Django: `codename` of a model of an app.

use doorward_rules::slug;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    pub app: String,
    pub model: String,
    pub codename: String,
}

impl Permission {
    /// Returns the name that Django's `has_perm` takes.
    pub fn name(&self) -> String {
        format!("{}.{}", self.app, self.codename)
    }

    /// Returns the name here: `blog.post:add` for `blog.add_post`.
    pub fn here(&self) -> String {
        let end = format!("_{}", self.model);
        let action = self.codename.strip_suffix(&end);
        let action = action
            .filter(|action| !action.is_empty())
            .unwrap_or(&self.codename);
        let part = |text: &str| slug::slug(text, "_-");
        format!("{}.{}:{}", part(&self.app), part(&self.model), part(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("blog", "post", "add_post", "blog.post:add")]
    #[case("blog", "post", "publish", "blog.post:publish")]
    #[case("blog", "post", "can_publish_post", "blog.post:can_publish")]
    #[case("Blog", "post", "Write It", "blog.post:write-it")]
    fn permission_gets_name(
        #[case] app: &str,
        #[case] model: &str,
        #[case] codename: &str,
        #[case] expected: &str,
    ) {
        let permission = Permission {
            app: app.to_owned(),
            model: model.to_owned(),
            codename: codename.to_owned(),
        };
        assert_eq!(permission.here(), expected);
        assert_eq!(permission.name(), format!("{app}.{codename}"));
    }
}
