//! Firms that everybody deals with and nobody is called as, where they do what people do: `Comcast wants a deposit`, `Ryanair
//! says no`, `a refund for Trainline`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::Token;
use super::super::words::WordSet;
use super::token;

/// Takes them for the firms that they are.
pub(super) fn companies(tokens: &[Token], named: &mut [Named]) {
    for one in named.iter_mut().filter(|one| one.of == Type::Person && one.end == one.first + 1) {
        let name = token(tokens, one.first);
        if name.class.is_big() && COMPANIES.has(name) && !name.entry.has(flag::FIRST) {
            one.of = Type::Organization;
        }
    }
}

/// Carriers, banks, shops, airlines, insurers and services, but for those that are somebody's name, too.
static COMPANIES: WordSet<146> = WordSet::new(
    "comcast verizon vodafone tmobile telstra optus telefonica movistar swisscom proximus telenet ziggo bouygues \
     talktalk plusnet xfinity centurylink telekom netflix spotify hulu disneyplus youtube google facebook instagram \
     whatsapp tiktok twitter linkedin snapchat reddit pinterest microsoft samsung huawei xiaomi lenovo nintendo \
     playstation paypal revolut klarna venmo zelle mastercard amex barclays natwest hsbc citibank coinbase binance \
     rabobank abnamro commerzbank postbank sparkasse volksbank unicredit bbva caixabank lloyds tesco sainsburys \
     waitrose asda aldi lidl carrefour auchan kaufland edeka rewe mercadona migros walmart costco walgreens ikea \
     primark asos zalando temu alibaba aliexpress ebay etsy wayfair bestbuy decathlon mediamarkt coolblue argos \
     homebase ryanair easyjet lufthansa wizzair eurowings transavia vueling qantas jetstar jetblue airbnb expedia \
     tripadvisor trainline eurostar flixbus blablacar uber lyft deliveroo doordash grubhub instacart postmates \
     starbucks mcdonalds fedex usps dhl evri dpd yodel geico allianz aviva aetna cigna humana bupa medicare medicaid \
     centrelink hmrc dvla vattenfall engie ofgem ofcom equifax experian transunion",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn firms_that_everybody_knows_are_nobody() {
        check("Comcast wants a deposit; <P:Ryanair> says no", &["Organization Comcast", "Organization Ryanair"]);
        check("Okonjo wants a deposit", &["Person Okonjo"]);
        check("ask <P:Tesco Okonjo> about it", &["Person Tesco Okonjo"]);
    }
}
