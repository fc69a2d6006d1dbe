//! Operations of own brands: their settings and their pictures.

use doorward_domain::model::BrandOwner;
use doorward_rules::own_brand::{BrandSetting, OwnBrand, OwnLogo, PictureKind};
use doorward_services::view;
use serde::Deserializer;

use super::{get, remove_logo, set_logo, update};
use crate::json_member::{OneOf, file, nullable};
use crate::operation::{Operation, Shown};
use crate::operator::version;
use crate::prelude::*;

crate::entries! {
    SHOW_ORGANIZATION: ShowOrganization, UPDATE_ORGANIZATION: OrganizationBrand, SHOW_CLIENT: ShowClient,
    UPDATE_CLIENT: ClientBrand, SET_ORGANIZATION_LOGO: SetOrganizationLogo, SET_CLIENT_LOGO: SetClientLogo,
    REMOVE_ORGANIZATION_LOGO: RemoveOrganizationLogo, REMOVE_CLIENT_LOGO: RemoveClientLogo,
}

crate::targets! {
    {
        /// Slug of the organization.
        slug
    } => ShowOrganization
}

crate::targets! {
    {
        /// Client ID.
        id
    } => ShowClient
}

view! {
    /// The own brand of an organization or a client. Absent members are those of the organization or
    /// the deployment.
    #[schema(as = Branding)]
    pub BrandingView(brand: OwnBrand) {
        /// Name in titles, texts and messages.
        name?: String = brand.name;
        /// Color of links and buttons in the light scheme.
        accent?: String = brand.accent.map(String::from);
        /// Color of links and buttons in the dark scheme.
        accent_dark?: String = brand.accent_dark.map(String::from);
        /// Color of the page in the light scheme.
        background?: String = brand.background.map(String::from);
        /// Color of the page in the dark scheme.
        background_dark?: String = brand.background_dark.map(String::from);
        /// URL at which users get help.
        support_url?: String = brand.support_url;
        /// URL of the privacy policy.
        privacy_url?: String = brand.privacy_url;
        /// URL of the terms of service.
        terms_url?: String = brand.terms_url;
        /// URL of the imprint.
        imprint_url?: String = brand.imprint_url;
        /// Language of users whose language is unknown.
        default_language?: String = brand.default_language;
        /// URL path of the logo on this server.
        logo?: String = brand.logo.as_ref().map(logo_path);
        /// URL path of the logo for the dark scheme.
        logo_dark?: String = brand.logo_dark.as_ref().map(logo_path);
        /// URL path of the icon on this server.
        favicon?: String = brand.favicon.as_ref().map(logo_path);
    }
}

fn logo_path(logo: &OwnLogo) -> String {
    logo.file().url
}

macro_rules! changes {
    ($members:tt => $($(#[$text:meta])+ $change:ident($target:ident)),+) => {
        $(changes!(@one $members $(#[$text])+ $change($target));)+
    };
    (@one {
        $($(#[$doc:meta])+ $member:ident => $setting:ident;)*
    } $(#[$text:meta])+ $change:ident($target:ident)) => {
        /// Changes of a brand. Omitted members stay unchanged; `null` or an empty text removes one.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $change {
            $(#[$text])+ $target: String,
            $($(#[$doc])+ #[serde(default, deserialize_with = "text_or_null")] $member: Option<String>,)*
        }

        impl $change {
            fn change(self) -> Vec<(BrandSetting, String)> {
                let members = [$((BrandSetting::$setting, self.$member)),*];
                let given = members.into_iter();
                given
                    .filter_map(|(setting, text)| Some((setting, text?)))
                    .collect()
            }
        }
    };
}

changes! {
    {
        /// Name in titles, texts and messages.
        name => Name;
        /// Color of links and buttons in the light scheme, such as `#c2410c`. Its contrast must be at
        /// least 4.5 : 1.
        accent => Accent;
        /// Color of links and buttons in the dark scheme.
        accent_dark => AccentDark;
        /// Color of the page in the light scheme.
        background => Background;
        /// Color of the page in the dark scheme.
        background_dark => BackgroundDark;
        /// URL at which users get help (`https` or `mailto`).
        support_url => SupportUrl;
        /// URL of the privacy policy (`https`).
        privacy_url => PrivacyUrl;
        /// URL of the terms of service (`https`).
        terms_url => TermsUrl;
        /// URL of the imprint (`https`).
        imprint_url => ImprintUrl;
        /// Language of users whose language is unknown: `de`, `en`, `es`, `fr`, `it`, `nl`, `pl`, `pt`,
        /// `ar`, `ja` or `zh`.
        default_language => DefaultLanguage;
    } =>
    /// Slug of the organization.
    OrganizationBrand(slug),
    /// Client ID.
    ClientBrand(id)
}

/// Reads a text; `null` is the empty one, which removes a setting.
fn text_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    nullable(deserializer).map(|member| member.map(Option::unwrap_or_default))
}

fn client(id: &str) -> Result<BrandOwner> {
    AdminError::id("client", id, ClientId::parse).map(BrandOwner::Client)
}

#[expect(clippy::unnecessary_wraps, reason = "the same as for a client")]
fn organization(slug: &str) -> Result<BrandOwner> {
    Ok(BrandOwner::Organization(slug.to_owned()))
}

fn shown(brand: OwnBrand) -> Shown<BrandingView> {
    let note = brand
        .is_empty()
        .then(|| "There is no own brand.".to_owned());
    Shown::of_version(version(&brand), BrandingView::new(brand)).with_note(note)
}

impl Operation for ShowOrganization {
    const TITLE: &'static str = "Show the brand of an organization";
    const CALL: &'static str = "GET organizations/{slug}/branding";
    const COMMAND: &'static str = "org branding SLUG";
    type Done = Shown<BrandingView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, &organization(&self.slug)?).await.map(shown)
    }
}

impl Operation for OrganizationBrand {
    const TITLE: &'static str = "Change the brand of an organization";
    const TEXT: &'static str =
        "The sign-in pages and messages of its requests have it, unless the client has its own.";
    const CALL: &'static str = "PATCH organizations/{slug}/branding versioned";
    const COMMAND: &'static str = "org update-branding SLUG --name --accent --accent-dark --background \
         --background-dark";
    type Done = Shown<BrandingView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let owner = organization(&self.slug)?;
        update(context, &owner, &self.change()).await.map(shown)
    }
}

impl Operation for ShowClient {
    const TITLE: &'static str = "Show the brand of a client";
    const CALL: &'static str = "GET clients/{id}/branding";
    const COMMAND: &'static str = "client branding CLIENT=id";
    type Done = Shown<BrandingView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, &client(&self.id)?).await.map(shown)
    }
}

impl Operation for ClientBrand {
    const TITLE: &'static str = "Change the brand of a client";
    const TEXT: &'static str = "The sign-in pages and messages of its requests have it.";
    const CALL: &'static str = "PATCH clients/{id}/branding versioned";
    const COMMAND: &'static str = "client update-branding CLIENT=id --name --accent --accent-dark --background \
         --background-dark";
    type Done = Shown<BrandingView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let owner = client(&self.id)?;
        update(context, &owner, &self.change()).await.map(shown)
    }
}

type Kinds = OneOf<PictureKind>;

fn light() -> String {
    PictureKind::Light.as_str().to_owned()
}

fn kind_of(scheme: &str) -> Result<PictureKind> {
    AdminError::id("picture", scheme, PictureKind::parse)
}

macro_rules! pictures {
    ($(
        $(#[$text:meta])+
        $set:ident, $remove:ident: $target:ident => $owner:ident, $noun:literal, $path:literal, $permission:literal,
        $kind:literal, $argument:literal;
    )+) => {$(
        /// Picture of a brand.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $set {
            $(#[$text])+
            $target: String,
            /// Color scheme of the logo: `light` or `dark`; without the light one there is no dark one. With
            /// `favicon` the picture is the icon of the pages, cut to a square.
            #[serde(default = "light")]
            #[schema(inline, value_type = Kinds, default = "light")]
            scheme: String,
            /// PNG, JPEG, GIF or WebP file of at most 2 MiB.
            #[serde(deserialize_with = "file")]
            #[schema(value_type = String, format = "picture")]
            picture: Vec<u8>,
        }

        impl Operation for $set {
            const TITLE: &'static str = concat!("Set a logo of ", $noun, ", or its icon");
            const TEXT: &'static str = "The picture is re-encoded as a PNG of at most 480 × 88 pixels, the icon \
                of at most 256 × 256.";
            const CALL: &'static str =
                concat!("PUT ", $path, "/branding/logo/{scheme} versioned picture=", $permission);
            const COMMAND: &'static str =
                concat!($kind, " set-branding-logo ", $argument, " --scheme --file=picture");
            type Done = Shown<BrandingView>;

            async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
                let (owner, kind) = ($owner(&self.$target)?, kind_of(&self.scheme)?);
                set_logo(context, &owner, kind, self.picture).await.map(shown)
            }
        }

        /// Picture of a brand to remove.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $remove {
            $(#[$text])+
            $target: String,
            /// `light`, which removes the dark one as well, `dark`, or `favicon` for the icon.
            #[serde(default = "light")]
            #[schema(inline, value_type = Kinds, default = "light")]
            scheme: String,
        }

        impl Operation for $remove {
            const TITLE: &'static str = concat!("Remove a logo of ", $noun, ", or its icon");
            const CALL: &'static str =
                concat!("DELETE ", $path, "/branding/logo/{scheme} versioned renews");
            const COMMAND: &'static str =
                concat!($kind, " remove-branding-logo ", $argument, " --scheme");
            type Done = Shown<BrandingView>;

            async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
                let (owner, kind) = ($owner(&self.$target)?, kind_of(&self.scheme)?);
                remove_logo(context, &owner, kind).await.map(shown)
            }
        }
    )+};
}

pictures! {
    /// Slug of the organization.
    SetOrganizationLogo, RemoveOrganizationLogo: slug => organization, "an organization",
        "organizations/{slug}", "organizations:write", "org", "SLUG";
    /// Client ID.
    SetClientLogo, RemoveClientLogo: id => client, "a client's brand", "clients/{id}", "clients:write",
        "client", "CLIENT=id";
}
