//! The schemas of users and groups (RFC 7643 §4), with the attributes that have a place here.

use super::{Attribute, Kind, Resource, Schema};
use crate::urn;

fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Text, description)
}

fn flag(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Boolean, description)
}

fn complex(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Complex, description)
}

fn reference(types: &'static [&'static str]) -> Attribute {
    Attribute::new("$ref", Kind::Reference, "URL of the resource.")
        .exact()
        .references(types)
}

fn external_id() -> Attribute {
    text("externalId", "Identifier at the source.").exact()
}

/// Returns the part that every value of an attribute has: its type, and whether it is the first choice.
fn typed(name: &'static str, description: &'static str, parts: Vec<Attribute>) -> Attribute {
    let common = [
        text("type", "Kind of the value; it is always shown as `work`.").suggested(&["work"]),
        flag("primary", "True for the value of first choice."),
    ];
    complex(name, description)
        .multiple()
        .parts(parts.into_iter().chain(common))
}

/// Returns the resource type of users with these extensions.
pub fn user(extensions: Vec<Schema>) -> Resource {
    let names = [
        text("familyName", "Family names."),
        text("givenName", "Given names."),
        text("middleName", "Middle names."),
    ];
    let address = [
        text("formatted", "Full address.").read_only(),
        text("streetAddress", "Street, number and flat."),
        text("locality", "City."),
        text("region", "State, province or prefecture."),
        text("postalCode", "Postal code.").suggested(&["53111"]),
        text("country", "Country."),
        text("type", "Kind of the value; it is always shown as `work`.").suggested(&["work"]),
    ];
    let membership = [
        text("value", "Identifier of the group.")
            .exact()
            .read_only(),
        reference(&["Group"]).read_only(),
        text("display", "Name of the group.").read_only(),
        text(
            "type",
            "`direct`: the user is a member of the group itself.",
        )
        .read_only(),
    ];
    let attributes = vec![
        text("userName", "Name of the user at the source.")
            .required()
            .unique(),
        external_id(),
        complex("name", "Names of the user.").parts(names),
        text("displayName", "Full name, or else the user name.").read_only(),
        text("nickName", "Nickname."),
        Attribute::new("profileUrl", Kind::Reference, "URL of the user's page.")
            .suggested(&["https://www.example.com/ines"])
            .references(&["external"]),
        text("locale", "Language, such as `de` or `pt-BR`.").suggested(&["de", "en", "pt-BR"]),
        text("timezone", "Time zone, such as `Europe/Berlin`.")
            .suggested(&["America/New_York", "Europe/Berlin"]),
        flag("active", "False for a disabled account."),
        typed(
            "emails",
            "E-mail address; an account has one.",
            vec![text("value", "Address.").required()],
        )
        .required(),
        typed(
            "phoneNumbers",
            "Telephone number; an account has one.",
            vec![text("value", "Number with the country code.").suggested(&["+49301234567"])],
        ),
        complex("addresses", "Postal address; an account has one.")
            .multiple()
            .parts(address),
        complex("groups", "Groups of the user in reach of the source.")
            .multiple()
            .read_only()
            .parts(membership),
    ];
    Resource {
        name: "User",
        endpoint: "/Users",
        core: Schema {
            id: urn::USER,
            name: "User",
            description: "User account",
            attributes,
        },
        extensions,
    }
}

/// Returns the resource type of groups.
pub fn group() -> Resource {
    let member = [
        text("value", "Identifier of the user.").exact(),
        reference(&["User"]),
        text("type", "`User`.").suggested(&["User"]),
    ];
    let attributes = vec![
        text("displayName", "Name of the group at the source.").required(),
        external_id(),
        complex("members", "Users in the group.")
            .multiple()
            .parts(member),
    ];
    Resource {
        name: "Group",
        endpoint: "/Groups",
        core: Schema {
            id: urn::GROUP,
            name: "Group",
            description: "Group",
            attributes,
        },
        extensions: Vec::new(),
    }
}
