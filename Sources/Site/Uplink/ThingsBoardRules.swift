import Language

// What goes with `sync: { form: thingsboard }`, and what does not.

extension Entry {
    func refuseBesideThingsBoard() {
        refuse(Phrase(zh: "ThingsBoard 的网关接口只收遥测，与 sync 的 form: thingsboard 不能同用。",
                      en: "does not go with form: thingsboard: the gateway interface of ThingsBoard takes telemetry and nothing else."),
               Phrase(zh: "删去这一项；两样都要时用普通 MQTT 服务器和 form: cbor。", en: "Remove it; for both take a plain MQTT broker and form: cbor."))
    }

    func refuseBesideUser() {
        refuse(Phrase(zh: "令牌本身就是用户名，不再另写 user 或 password-file。", en: "is the user already: user and password-file do not stand beside it."),
               Phrase(zh: "只留 token-file，或只留 user 和 password-file。", en: "Leave token-file alone, or user and password-file."))
    }

    func refuseWithoutToken() {
        refuse(Phrase(zh: "没有写令牌，ThingsBoard 认不出这台网关。", en: "has no access token, by which ThingsBoard knows a gateway."),
               Phrase(zh: "写 token-file: /etc/tidegate/thingsboard.token（令牌写在文件第一行）。",
                      en: "Give token-file: /etc/tidegate/thingsboard.token, a file whose first line is the token."))
    }
}

extension BrokerSheet.Security {
    /// Which says who we are in the place of a user.
    var hasCertificate: Bool { if case .tls(_, _?, _) = self { true } else { false } }
}
