"""Who may look at and act on every address of the house: one line each. `tests/test_access_matrix.py` tries every cell.

A line reads: at this address (of this kind of thing), these look, these act, these get a 403 with a sentence. Everybody else
gets the 404 of a thing that does not exist; a visitor is sent to sign in. `see` and `do` name a right of RIGHTS, or people by
first name where the address points at nothing; "everyone" is whoever is signed in, "public" also a visitor, "" means that
there is nothing to look at (or to act on): 405.
"""

from dataclasses import dataclass, field

from tests.scene import INSIDE, MOMENT, MOMENT_WIP, NEST, NETWORK, TANDEM, TEAM, WIP

COACHES = f"{TANDEM} karel"
ALL = f"{INSIDE} ada petra kim els omar"
SECOND_STEP = f"{TEAM} {COACHES} omar"  # project teams and coaches have an app that makes codes, Anna has a passkey

# kind of thing → which one of the scene → right → whose
RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "programme": {
        "own": {"see": f"{INSIDE} ada petra", "coach": f"{TEAM} {COACHES}", "run": TEAM},
        "other": {"see": "omar", "coach": "omar", "run": "omar"},
    },
    "asked programme": {
        "own": {"see": f"{INSIDE} ada petra", "coach": f"{TEAM} {COACHES}", "run": TEAM},
        "other": {"see": "omar", "coach": "omar", "run": "omar"},
        "none": {"see": ALL, "coach": f"{TEAM} {COACHES} omar", "run": f"{TEAM} omar"},
    },
    "pilot": {
        "nest": {"see": f"{TEAM} {MOMENT}", "run": TEAM},
        "wip": {"see": f"{TEAM} {MOMENT_WIP}", "run": TEAM},
        "other": {"see": "omar", "run": "omar"},
    },
    "network": {"own": {"see": NETWORK, "run": TEAM}, "other": {"see": "omar", "run": "omar"}},
    "group": {"own": {"run": TEAM}, "other": {"run": "omar"}},
    "partner": {"own": {"run": TEAM}, "other": {"run": "omar"}},
    "seat": {
        "anna": {"see": INSIDE, "run": TEAM},
        "els": {"see": f"{INSIDE} els", "run": TEAM},
        "hilde": {"see": INSIDE, "run": TEAM},
        "ada": {"see": f"{TEAM} ada", "run": TEAM},
        "other": {"see": "omar", "run": "omar"},
    },
    "seat in a pair": {
        "anna": {"see": INSIDE, "run": TEAM},
        "hilde": {"see": INSIDE, "run": TEAM},
        "other": {"see": "omar", "run": "omar"},
        "ada": {"see": "ada", "run": ""},
    },
    "invitation": {"own": {"run": TEAM}, "other": {"run": "omar"}},
    "tool": {
        "published": {"see": f"{INSIDE} ada petra kim omar"},
        "draft": {"see": f"{TEAM} {COACHES} omar"},
    },
    "host": {
        "network": {"plan": f"{TEAM} {TANDEM}", "see": NETWORK},
        "nest": {"plan": f"{TEAM} {TANDEM}", "see": f"{TEAM} {MOMENT}"},
        "wip": {"plan": f"{TEAM} karel", "see": f"{TEAM} {MOMENT_WIP}"},
        "advisory": {"plan": TEAM, "see": TEAM},
        "partner": {"plan": TEAM, "see": TEAM},
        "programme": {"plan": TEAM, "see": f"{INSIDE} ada petra"},
        "other": {"plan": "omar", "see": "omar"},
        "unknown": {"plan": "", "see": ""},
    },
    "meeting": {
        "session": {
            "see": NETWORK,
            "run": f"{TEAM} {TANDEM}",
            "read": NETWORK,
            "write": f"{TEAM} {TANDEM}",
            "come": f"{TANDEM} {NEST} {WIP}",
        },
        "coming": {
            "see": NETWORK,
            "run": f"{TEAM} {TANDEM}",
            "read": NETWORK,
            "write": f"{TEAM} {TANDEM}",
            "come": f"{TANDEM} {NEST} {WIP}",
        },
        "draft": {
            "see": f"{TEAM} {TANDEM}",
            "run": f"{TEAM} {TANDEM}",
            "read": f"{TEAM} {TANDEM}",
            "write": f"{TEAM} {TANDEM}",
            "come": TANDEM,
        },
        "moment": {"see": f"{TEAM} {MOMENT}", "run": f"{TEAM} {TANDEM}", "read": MOMENT, "write": TANDEM, "come": MOMENT},
        "moment_wip": {
            "see": f"{TEAM} {MOMENT_WIP}",
            "run": f"{TEAM} karel",
            "read": MOMENT_WIP,
            "write": "karel",
            "come": MOMENT_WIP,
        },
        "advisory": {"see": f"{TEAM} ada", "run": TEAM, "read": f"{TEAM} ada", "write": TEAM, "come": f"{TEAM} ada"},
        "exchange": {
            "see": f"{TEAM} {COACHES} petra",
            "run": TEAM,
            "read": f"{TEAM} {COACHES} petra",
            "write": TEAM,
            "come": f"{TEAM} {COACHES} petra",
        },
        "event": {"see": "omar", "run": "omar", "read": "omar", "write": "omar", "come": "omar"},
    },
    "action": {
        "session": {"see": NETWORK, "change": f"{TEAM} {TANDEM} anna", "word": f"{TEAM} {TANDEM}"},
        "moment": {"see": MOMENT, "change": f"{TANDEM} bram", "word": TANDEM},
        "moment_wip": {"see": MOMENT_WIP, "change": "karel zita", "word": "karel"},
    },
    "reply token": {"zita": {"see": f"{ALL} public"}},
    "invitation token": {"nina": {"see": f"{ALL} public"}},
    "passkey": {"anna": {"own": "anna"}},
    "e-mail key": {"unknown": {}},
    "job": {"hilde": {"see": "hilde"}, "tess": {"see": "tess"}},
    "letter": {"own": {"run": TEAM}, "other": {"run": "omar"}, "code": {"run": ""}},
    "reflection": {
        "private": {"see": "anna", "own": "anna"},
        "co_leader": {"see": NEST, "own": "anna"},
        "coaches": {"see": f"anna {TANDEM}", "own": "anna"},
        "network": {"see": f"{NEST} {TANDEM} {WIP}", "own": "anna"},
        "zita": {"see": "zita", "own": "zita"},
        "zita_coaches": {"see": "zita karel", "own": "zita"},
        "yusuf": {"see": f"{NEST} {TANDEM} {WIP}", "own": "yusuf"},
        "erased": {"see": "", "own": ""},
    },
    "erased": {"anna": {"own": "anna"}},
    "start of a text": {
        "free": {"write": f"{NEST} {WIP}", "see": ALL},
        "session": {"write": f"{NEST} {WIP}", "see": ALL},
        "moment": {"write": NEST, "see": f"{TEAM} {COACHES} ada petra kim els omar"},
        "moment_wip": {"write": WIP, "see": f"{TEAM} {COACHES} ada petra kim els omar"},
        "nest": {"write": NEST, "see": f"{TEAM} {COACHES} ada petra kim els omar"},
        "wip": {"write": WIP, "see": f"{TEAM} {COACHES} ada petra kim els omar"},
    },
    "progress report": {"own": {"run": TEAM}, "other": {"run": "omar"}},
    "answers": {"anna": {"own": "anna"}, "zita": {"own": "zita"}},
    "section": {"own": {"run": TEAM}, "other": {"run": "omar"}},
}


@dataclass(frozen=True)
class Line:
    """What is expected at one address. `at` is the kind of thing, for nested addresses "parent > child"."""

    name: str
    at: str = ""
    see: str = ""
    do: str = ""
    inside: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    visitor: int = 0  # what a visitor gets instead of the way to sign in
    notes: tuple[str, ...] = ()  # tables in which looking alone leaves a trace

    def __str__(self) -> str:
        return self.name + "".join(f" {name}={value}" for name, value in self.sent.items())


TABLE = [
    # -- the house
    Line("home", see="public"),
    Line("healthz", see="public"),
    Line("readyz", see="public"),
    Line("help", see="public"),
    Line("styleguide", see="public"),
    Line("set_language", do="public", sent={"language": "nl"}),
    Line("jobs:job", "job", see="see"),
    # -- letters: the screen is not there where letters go by mail
    Line("outbox:list", see=f"{TEAM} omar", inside="everyone", visitor=302),
    Line("outbox:stop", "letter", do="run"),
    Line("outbox:screen", see="nobody", visitor=404),
    Line("outbox:screen_letter", "letter", see="nobody", visitor=404),
    Line("outbox:screen_html", "letter", see="nobody", visitor=404),
    # -- oneself
    Line("people:profile", see="everyone", do="everyone"),
    Line("people:second_step", see="everyone"),
    Line("people:stay", do="everyone"),
    Line("people:invitation", "invitation token", see="see", do="see"),
    Line("people:my_data", see="public"),
    Line("people:notice", see="public"),
    Line("people:welcome", see="everyone", do="everyone", notes=("people_consent", "core_auditentry")),
    Line("people:export", see="everyone"),
    # -- tools
    Line("tools:list", see="everyone"),
    Line("tools:tool", "tool", see="see"),
    Line("tools:print", "tool", see="see"),
    # -- a programme, set up by its project team
    Line("trajectories:list", see="everyone"),
    Line("sessions:programme", "programme", see="see"),
    Line("trajectories:setup", "programme", see="run", inside="see"),
    Line("trajectories:basics", "programme", see="run", do="run", inside="see"),
    Line("trajectories:sector_new", "programme", see="run", do="run", inside="see"),
    Line("trajectories:phase_new", "programme", see="run", do="run", inside="see"),
    Line("trajectories:phase", "programme > phase", see="run", do="run", inside="see"),
    Line("trajectories:phase_remove", "programme > phase", do="run", inside="see"),
    Line("trajectories:milestone_new", "programme", see="run", do="run", inside="see"),
    Line("trajectories:milestone", "programme > milestone", see="run", do="run", inside="see"),
    Line("trajectories:milestone_remove", "programme > milestone", do="run", inside="see"),
    Line("trajectories:emblem_new", "programme", see="run", do="run", inside="see"),
    Line("trajectories:emblem", "programme > emblem", see="run", inside="see"),
    Line("trajectories:emblem_remove", "programme > emblem", do="run", inside="see"),
    Line("trajectories:pilot_new", "programme", see="run", do="run", inside="see"),
    Line("sessions:pilot", "pilot", see="see"),
    Line("trajectories:pilot_change", "pilot", see="run", do="run", inside="see"),
    # -- its people
    Line("trajectories:people", "asked programme", see="coach", inside="see"),
    Line("trajectories:person_invite", "asked programme", see="run", do="run", inside="see"),
    Line("trajectories:people_csv", "asked programme", see="run", do="run", inside="see"),
    Line("trajectories:people_csv_template", "asked programme", see="run", inside="see"),
    Line("trajectories:seat_end", "seat", see="run", do="run", inside="see"),
    Line("trajectories:seat_replace", "seat in a pair", see="run", do="run", inside="see"),
    Line("trajectories:invitation_again", "invitation", do="run"),
    Line("trajectories:invitation_withdraw", "invitation", do="run"),
    # -- networks, groups, partners
    Line("networks:list", see="everyone"),
    Line("networks:network", "network", see="see"),
    Line("networks:network_new", "programme", see="run", do="run", inside="see"),
    Line("networks:network_change", "network", see="run", do="run", inside="see"),
    Line("networks:group_new", "programme", see="run", do="run", inside="see"),
    Line("networks:group_change", "group", see="run", do="run"),
    Line("networks:partner_new", "programme", see="run", do="run", inside="see"),
    Line("networks:partner_change", "partner", see="run", do="run"),
    # -- meetings
    Line("sessions:list", see="everyone"),
    Line("sessions:choose", see="everyone", do="everyone"),
    Line("sessions:new", "host", see="plan", do="plan", inside="see"),
    Line("sessions:reply", "reply token", see="see", do="see"),
    Line("sessions:meeting", "meeting", see="see"),
    Line("sessions:calendar", "meeting", see="see"),
    Line("sessions:edit", "meeting", see="run", do="run", inside="see"),
    Line("sessions:cancel", "meeting", see="run", do="run", inside="see"),
    Line("sessions:tools", "meeting", see="run", do="run", inside="see"),
    Line("sessions:answer", "meeting", do="come", inside="see"),
    Line("sessions:invited", "meeting", see="run", do="run", inside="see"),
    Line("sessions:withdraw", "meeting > place", do="run", inside="see"),
    Line("sessions:attendance", "meeting", see="run", do="run", inside="see"),
    Line("sessions:check", "meeting", do="run", inside="see"),
    Line("sessions:reopen", "meeting", do="run", inside="see"),
    Line("sessions:sign_in_list", "meeting", see="run", inside="see"),
    Line("sessions:evidence", "meeting", see="run", do="run", inside="see"),
    Line("sessions:evidence_download", "meeting > proof", see="run", inside="see"),
    Line("sessions:evidence_remove", "meeting > proof", do="run", inside="see"),
    Line("sessions:report", "meeting", see="see", do="write", inside="see"),
    Line("sessions:report", "meeting", see="see", do="run", inside="see", sent={"edition": "funder"}),
    Line("sessions:report_download", "meeting > report", see="read", inside="see"),
    Line("sessions:report_download", "meeting > funder report", see="run", inside="see", sent={"edition": "funder"}),
    Line("sessions:minutes", "meeting", see="read", do="write", inside="see"),
    Line("sessions:meeting_actions", "meeting", see="read", do="write", inside="see"),
    Line("sessions:actions", see="everyone"),
    Line("sessions:action", "action", see="change", do="word", inside="see"),
    Line("sessions:settle", "action", do="change", inside="see", sent={"state": "done"}),
    # -- reflections
    Line("reflections:list", see="everyone"),
    Line("reflections:shared", see="everyone"),
    Line("reflections:new", "start of a text", see="write", do="write", inside="see"),
    Line("reflections:draft_new", "start of a text", do="write", inside="see", sent={"text": "Een begin."}),
    Line("reflections:reflection", "reflection", see="see", notes=("reflections_opening",)),
    Line("reflections:draft", "reflection", do="own", inside="see", sent={"text": "Een begin."}),
    Line("reflections:edit", "reflection", see="own", do="own", inside="see"),
    Line("reflections:readers", "reflection", see="own", do="own", inside="see"),
    Line("reflections:erase", "reflection", do="own", inside="see"),
    Line("reflections:restore", "erased", do="own"),
    # -- accounting: for everybody else than the project team it is not there
    Line("reports:list", see="everyone"),
    Line("reports:periods", "programme", see="run"),
    Line("reports:period_new", "programme", see="run", do="run"),
    Line("reports:period", "programme > period", see="run", do="run"),
    Line("reports:period_remove", "programme > period", do="run"),
    Line("reports:start", "programme > period", do="run"),
    Line("reports:participants", "programme", see="run"),
    Line("reports:report", "progress report", see="run"),
    Line("reports:section", "section", see="run", do="run"),
    Line("reports:propose", "progress report", do="run"),
    Line("reports:take_back", "progress report", do="run"),
    Line("reports:freeze", "progress report", do="run"),
    Line("reports:files", "progress report", see="run", do="run"),
    Line("reports:file", "progress report > report file", see="run"),
    Line("reports:my_data", see="everyone"),
    Line("reports:my_answers", "answers", see="own", do="own"),
    # -- signing in: allauth's own pages, each about one's own account only
    Line("account_login", see="public", do="public"),
    Line("account_logout", see="public", do="public"),
    Line("account_inactive", see="public"),
    Line("account_signup", see="public", do="public"),
    Line("account_reauthenticate", see=f"{SECOND_STEP} anna", do=f"{SECOND_STEP} anna", inside="everyone"),
    Line("account_email", see="everyone", do="everyone", notes=("account_emailaddress",)),
    Line("account_email_verification_sent", see="public"),
    Line("account_change_password", see="everyone", do="everyone"),
    Line("account_set_password", see="everyone", do="everyone"),
    Line("account_reset_password", see="public", do="public"),
    Line("account_confirm_login_code", see="public", do="public"),
    Line("account_confirm_email", "e-mail key", see="public", do="nobody"),
    Line("account_confirm_password_reset_code", see="public", do="public"),
    Line("account_complete_password_reset", see="public", do="public"),
    Line("account_password_reset_completed", see="public"),
    Line("account_request_login_code", see="public", do="public"),
    Line("mfa_index", see="everyone"),
    Line("mfa_authenticate", see="public", do="public"),
    Line("mfa_reauthenticate", see=f"{SECOND_STEP} anna", do=f"{SECOND_STEP} anna", inside="everyone"),
    Line("mfa_activate_totp", see="everyone", do="everyone"),
    Line("mfa_deactivate_totp", see=SECOND_STEP, do=SECOND_STEP),
    Line("mfa_view_recovery_codes", see="nobody"),
    Line("mfa_generate_recovery_codes", see="everyone", do="everyone"),
    Line("mfa_download_recovery_codes", see="nobody", do="nobody"),
    Line("mfa_list_webauthn", see="everyone"),
    Line("mfa_add_webauthn", see="everyone", do="everyone"),
    Line("mfa_reauthenticate_webauthn", see=f"{SECOND_STEP} anna", do=f"{SECOND_STEP} anna", inside="everyone"),
    Line("mfa_remove_webauthn", "passkey", see="own", do="own"),
    Line("mfa_edit_webauthn", "passkey", see="own", do="own"),
    Line("mfa_login_webauthn", see="public", do="public"),
    Line("usersessions_list", see="everyone", do="everyone"),
]
