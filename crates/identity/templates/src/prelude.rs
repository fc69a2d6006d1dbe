//! Names that nearly every page uses.

pub(crate) use askama::Template;
pub(crate) use doorward_protocol::words;

pub(crate) use crate::account_frame::{AccountPage, AccountPlace, AccountSection};
pub(crate) use crate::layout::{AccountChip, ErrorSummaryItem, Layout, initial, summarize};
