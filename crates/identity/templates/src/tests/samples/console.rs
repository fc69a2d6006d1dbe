mod change;
mod confirmation;
mod detail;
mod form;
mod home;
mod list;
mod parts;
mod secret;
