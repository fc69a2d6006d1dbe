//! `/api/admin/clients`: the endpoints of clients that are no operations.

mod impact;
mod logo;

endpoints! {
    impact::admin_read_client_impact, logo::admin_set_client_logo, logo::admin_remove_client_logo,
}
