//! The names that most modules of the statements use.

pub(super) use doorward_domain::model::{
    Client, ClientId, GroupId, SessionId, SubjectKind, User, UserId,
};
pub(super) use doorward_domain::secret::TokenHash;
pub(super) use doorward_domain::time::UnixSeconds;
pub(super) use sea_orm::ActiveValue::Set;
pub(super) use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Func, JoinType, OnConflict, Order, Query, SelectStatement,
};
pub(super) use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Iterable,
    PaginatorTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
    Statement, UpdateMany,
};

pub(super) use super::query::{
    ByCondition, ChangeRows, LoadRows, PAGE_MAX, SetColumns, count_some, count_up_to, guarded,
    insert_new, insert_row, is_after, is_before, is_kept, is_owner, join_user, joined,
    joined_optional, load_count, load_with_users, models, purge_by, purge_older, purge_some,
    read_all, read_count, read_first, select_count, select_one, select_with_users, times_after,
    upsert_row, uuid_in,
};
pub(super) use super::value_list::{
    Part, insert_models, insert_rows, is_kind, is_word, parts, rows_with,
};
pub(super) use crate::db::{Conn, WriteTx};
pub(super) use crate::entity::row::select_all;
pub(super) use crate::entity::stored::{to_bytes, to_json};
pub(super) use crate::error::{Result, StoreError};
