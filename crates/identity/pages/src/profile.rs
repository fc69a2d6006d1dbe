//! `/account/profile`: the user's profile and picture.

use std::collections::BTreeSet;

use doorward_accounts::avatar;
use doorward_accounts::draft::{self, Draft};
use doorward_accounts::password_source;
use doorward_accounts::profile::{self, UpdateProfileError};
use doorward_accounts::profile_fields;
use doorward_domain::model::{FieldInput, ProfileField, User, UserId};
use doorward_rules::profile::{Field, ProfileEdit};
use doorward_services::pictures::{MAX_FILE, PictureError};
use doorward_templates::profile::{PictureProblem, ProfileNotice, ProfilePage};
use doorward_templates::profile_fields::{CustomFields, PREFIX};
use doorward_web::page::upload::Upload;

use super::prelude::*;

const PATH: &str = "/account/profile";

pub async fn get(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let mut view = form(page, &signed_in.user).await?;
    view.notice = match text(&page.query()?, "done")? {
        "saved" => Some(ProfileNotice::Saved),
        "picture" => Some(ProfileNotice::PictureKept),
        "removed" => Some(ProfileNotice::PictureGone),
        _ => None,
    };
    let browser = page.browser(None);
    if let Some(draft) = draft::find(&page.context, &browser.hash, signed_in.user.id).await {
        view.edit = draft.edit;
        view.seen = draft.seen.unwrap_or(view.seen);
        view.notice = Some(ProfileNotice::NotSavedYet);
    }
    Ok(page.html(StatusCode::OK, &view))
}

async fn form(page: &Page, user: &User) -> Result<ProfilePage> {
    let core = &page.context.core;
    let own = profile_fields::of_user(core, user.id).await?;
    let names = profile_fields::referenced_names(core, &own).await?;
    let mut fields = own.fields;
    fields.retain(ProfileField::is_visible_to_user);
    let custom = CustomFields {
        fields,
        values: own.values,
        names,
        problems: Vec::new(),
    };
    let managed = password_source::managed(core, user.id).await?;
    let can_mail = core.config.can_mail() && managed.is_none();
    let managed = managed.map(|managed| managed.fields);
    Ok(ProfilePage {
        managed: managed.unwrap_or_default(),
        ..ProfilePage::new(page.layout(), user, custom, can_mail)
    })
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let mut edit = read(&fields)?;
    let seen = match text(&fields, "seen")? {
        "" => None,
        seen => Some(seen.parse().map_err(|_| ErrorKind::BadRequest)?),
    };
    let signed_in = match page.account_holder(PATH).await {
        Err(PageError::Redirect(place)) => {
            if let Some(owner) = UserId::parse(text(&fields, "owner")?) {
                save_draft(page, Draft { owner, edit, seen }).await;
            }
            return Err(PageError::Redirect(place));
        }
        signed_in => signed_in?,
    };
    keep_visible(page, signed_in.user.id, &mut edit).await?;
    let (core, user) = (&page.context.core, signed_in.user.id);
    let (view, status) = match profile::update(core, user, &edit, seen, page.caller()).await {
        Ok(_) => {
            draft::clear(core, &page.browser(None).hash).await;
            return Ok(page.see_other("/account/profile?done=saved"));
        }
        Err(FlowError::Rejected(UpdateProfileError::Gone)) => {
            return Err(ErrorKind::FlowExpired.into());
        }
        Err(FlowError::Rejected(UpdateProfileError::Problems(problems))) => {
            let mut view = form(page, &signed_in.user).await?;
            view.problems = problems.standard;
            view.custom.problems = problems.custom;
            (view, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(FlowError::Rejected(UpdateProfileError::ChangedMeanwhile(user))) => {
            let mut view = form(page, &user).await?;
            view.changed_meanwhile = true;
            (view, StatusCode::CONFLICT)
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    Ok(page.html(status, &ProfilePage { edit, ..view }))
}

/// Removes the custom fields that were deleted after the form was rendered.
async fn keep_visible(page: &Page, user: UserId, edit: &mut ProfileEdit) -> Result<()> {
    if edit.fields.is_empty() {
        return Ok(());
    }
    let own = profile_fields::of_user(&page.context.core, user).await?;
    let is_visible = |name: &str| {
        let mut fields = own.fields.iter();
        fields.any(|field| field.name == name && field.is_visible_to_user())
    };
    edit.fields.retain(|name, _| is_visible(name));
    Ok(())
}

/// Stores the typed values of an ended session, to show them after the sign-in.
async fn save_draft(page: &Page, draft: Draft) {
    if page.admit_form().await.is_ok() {
        draft::save(&page.context, &page.browser(None).hash, &draft).await;
    }
}

/// Parses the form; absent fields stay unchanged.
fn read(fields: &Params) -> Result<ProfileEdit> {
    let mut edit = ProfileEdit::default();
    edit.product_news = Some(!text(fields, "product_news")?.is_empty());
    edit.newsletter = Some(!text(fields, "newsletter")?.is_empty());
    let names: BTreeSet<&str> = fields
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(PREFIX))
        .collect();
    for name in names {
        let typed = fields.raw(&format!("{PREFIX}{name}"));
        if let Some(typed) = typed.map_err(|_| ErrorKind::BadRequest)? {
            let input = FieldInput::Text(typed.to_owned());
            edit.fields.insert(name.to_owned(), input);
        }
    }
    for field in Field::ALL {
        let typed = fields.raw(field.name());
        if let Some(typed) = typed.map_err(|_| ErrorKind::BadRequest)? {
            edit = edit.with(*field, typed);
        }
    }
    Ok(edit)
}

pub async fn upload(page: &Page, payload: Payload) -> Answer {
    let (_, uploaded) = page.upload(payload, "picture", MAX_FILE).await?;
    let signed_in = page.account_holder(PATH).await?;
    mail_link::admit(page).await?;
    let problem = match uploaded {
        Upload::TooLong => PictureError::TooLarge,
        Upload::File(file) => {
            match avatar::upload(&page.context, signed_in.user.id, file, page.caller()).await {
                Ok(()) => return Ok(page.see_other("/account/profile?done=picture")),
                Err(FlowError::Rejected(problem)) => problem,
                Err(FlowError::Server(error)) => return Err(error.into()),
            }
        }
    };
    let (status, problem) = match problem {
        PictureError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, PictureProblem::TooLarge),
        PictureError::NoPicture => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            PictureProblem::NoPicture,
        ),
        PictureError::Missing => (StatusCode::UNPROCESSABLE_ENTITY, PictureProblem::Missing),
    };
    let mut view = form(page, &signed_in.user).await?;
    view.picture_problem = Some(problem);
    // A path that accepts only files cannot be opened with GET.
    PATH.clone_into(&mut view.layout.return_to);
    Ok(page.html(status, &view))
}

pub async fn remove(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    avatar::remove(&page.context.core, signed_in.user.id, page.caller()).await?;
    Ok(page.see_other("/account/profile?done=removed"))
}
