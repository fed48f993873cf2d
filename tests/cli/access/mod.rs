//! Who may do what: certificates and tokens over real connections, and what each caller gets.

mod back;
mod closed;
mod command;
mod expired;
mod indistinguishable;
mod setup;
mod tls;
mod tokens;
