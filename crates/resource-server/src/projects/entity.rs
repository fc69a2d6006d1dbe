//! The rows of the tables `projects` and `project_members`.

/// Table `projects`.
pub(super) mod project {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "projects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Organization, `''` for none.
        pub org: String,
        pub owner_subject: String,
        pub name: String,
        /// Lower-cased name for searching and sorting, equal on every database.
        pub name_key: String,
        pub description: String,
        pub department: Option<String>,
        pub confidentiality: String,
        pub status: String,
        /// Budget in the smallest unit of the currency.
        pub budget: Option<i64>,
        pub internal_notes: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Table `project_members`.
pub(super) mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        /// Organization of the project.
        pub org: String,
        pub role: String,
        /// Serialized [`super::super::model::Permission`] values.
        pub permissions: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        /// Time at which the member was added; unknown for old memberships.
        pub joined_at: Option<i64>,
        /// `sub` of the user who added the member; unknown for old memberships.
        pub added_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
