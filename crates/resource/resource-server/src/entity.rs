//! Parts of every entity: for the database, and for policies.

use doorward_policy::Value;
use doorward_policy::attribute_values::Attributes;

/// Completes an entity without relations and hooks, which its derive requires to be named.
macro_rules! plain_entity {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}

pub(crate) use plain_entity;

/// Returns the attributes that have a value.
pub(crate) fn present<const N: usize>(all: [(&'static str, Option<Value>); N]) -> Attributes {
    let all = all.into_iter();
    all.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}
