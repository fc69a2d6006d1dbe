//! The rows of the tables `articles` and `article_categories`.

/// Table `articles`.
pub(super) mod article {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "articles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Organization, `''` for none.
        pub org: String,
        pub author_subject: String,
        pub title: String,
        /// Lower-cased title for sorting, equal on every database.
        pub title_key: String,
        pub body: String,
        /// Code of the category.
        pub category: Option<String>,
        pub department: Option<String>,
        pub manager: Option<String>,
        pub confidentiality: String,
        pub plan: Option<String>,
        pub published_at: Option<i64>,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Table `article_categories`.
pub(super) mod category {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "article_categories")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        /// JSON array of subjects.
        pub editors: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
