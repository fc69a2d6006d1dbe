//! The targets with the properties that hold for every input.

pub mod access_token;
pub mod authorization_details;
pub mod client_certificate;
pub mod client_document;
pub mod dpop;
pub mod form;
pub mod json;
pub mod key_set;
pub mod ldap_message;
pub mod ldap_name;
pub mod redirect_uri;
pub mod registration;
pub mod request_object;
pub mod saml_message;
pub mod saml_metadata;
pub mod saml_query;
pub mod scim_filter;
pub mod scope;
mod signed;
