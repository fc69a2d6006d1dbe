//! Bodies of the operations that write clients that speak SAML.

use doorward_admin::json_member::{OneOf, optional_word};
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlSigned};

pub type Signs = OneOf<SamlSigned>;
pub type Formats = OneOf<NameIdFormat>;
pub type Names = OneOf<AttributeNames>;

/// Defines bodies with the values of a client after their own members.
macro_rules! bodies {
    (@values { $($(#[$meta:meta])* $member:ident: $type:ty,)* }) => {
        /// The values of a client, as an administrator writes them; `None` keeps the present value.
        #[derive(Debug, Clone, Default)]
        pub struct Values { $(pub $member: Option<$type>,)* }
    };
    (@body $(#[$doc:meta])* $name:ident { $($own:tt)* } { $($(#[$meta:meta])* $member:ident: $type:ty,)* }) => {
        #[derive(Debug, Deserialize, ToSchema)]
        $(#[$doc])*
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            $($(#[$meta])* $member: Option<$type>,)*
        }

        impl $name {
            pub fn values(&mut self) -> Values {
                Values { $($member: self.$member.take(),)* }
            }
        }
    };
    ($values:tt $($(#[$doc:meta])* $name:ident $own:tt)*) => {
        bodies!(@values $values);
        $(bodies!(@body $(#[$doc])* $name $own $values);)*
    };
}

bodies! {
    {
        /// Known application, which gives the addresses and the names of attributes (`client apps`).
        app: String,
        /// URL of the known application.
        url: String,
        /// Metadata of the service provider.
        #[schema(format = "xml")]
        metadata: String,
        /// URL of the metadata of the service provider.
        #[schema(format = "uri")]
        metadata_url: String,
        /// Entity ID of the service provider, without metadata.
        entity_id: String,
        /// URLs of assertion consumer services, without metadata; the first one is the default.
        acs: Vec<String>,
        /// Address of the service provider for sign-outs by redirect; an empty text removes it.
        logout_url: String,
        /// Certificate for signatures of requests, in PEM; an empty text removes it.
        #[schema(format = "pem")]
        signing_certificate: String,
        /// Certificate for encryption, in PEM; an empty text removes it.
        #[schema(format = "pem")]
        encryption_certificate: String,
        /// Requires signed requests.
        signed_requests: bool,
        /// Signed parts of a response; default: `assertion`.
        #[serde(default, deserialize_with = "optional_word")]
        #[schema(inline, value_type = Option<Signs>)]
        signed: SamlSigned,
        /// Encrypts assertions.
        encrypted: bool,
        /// Format of names that no request demands; default: `persistent`, or the first one of the metadata.
        #[serde(default, deserialize_with = "optional_word")]
        #[schema(inline, value_type = Option<Formats>)]
        name_id_format: NameIdFormat,
        /// Set of attribute names; default: `uri`.
        #[serde(default, deserialize_with = "optional_word")]
        #[schema(inline, value_type = Option<Names>)]
        attribute_names: AttributeNames,
        /// Allows sign-ins without a request.
        unsolicited: bool,
    }

    /// A client that speaks SAML to register.
    #[schema(as = NewSamlClient)]
    Create {
        /// Name shown to users; that of a known application if omitted.
        pub name: Option<String>,
        /// Client ID; random if omitted.
        pub id: Option<String>,
    }

    /// Changes. Omitted members stay unchanged.
    #[schema(as = SamlClientPatch)]
    Update {
        /// Client ID.
        pub id: String,
    }

    /// Values to check.
    #[schema(as = SamlClientCheck)]
    Check {
        /// ID of the client that the values would change; without it they are those of a new client.
        pub id: Option<String>,
    }
}
