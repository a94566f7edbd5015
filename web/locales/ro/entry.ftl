signUp-needed = Este nevoie de o invitație
signUp-neededText = Pentru a vă alătura acestui campus, aveți nevoie de o invitație. Deschideți linkul invitației sau rugați un membru să vă invite.
signUp-invitation = Invitația dumneavoastră
signUp-invitationHint = Linkul sau codul de la sfârșitul lui.
signUp-invited = Ați primit o invitație. Creați-vă contul pentru a vă alătura.
signUp-dropInvitation = Continuați fără această invitație
signUp-approval = Un moderator aprobă fiecare cont nou.
signUp-note = Notă pentru moderatori
signUp-noteHint = Spuneți-le cine sunteți.
signUp-mailedApproval = Am trimis un link la { $email }. Deschideți-l pentru a confirma adresa. Apoi decide un moderator și primiți un e-mail.
signUp-sent = Înregistrare trimisă
signUp-sentText = Un moderator decide asupra înregistrării și primiți un e-mail la { $email }. Dacă acesta conține un link de confirmare a adresei, deschideți-l mai întâi.

confirm-waitText = Dacă tocmai v-ați înregistrat, un moderator decide acum asupra contului. Veți primi atunci un e-mail.

problem-APPROVAL_PENDING = Înregistrarea așteaptă aprobarea unui moderator. Veți primi atunci un e-mail.
problem-INVITATION_REQUIRED = Aveți nevoie de o invitație pentru a vă înregistra aici. Deschideți linkul ei.
problem-INVITATION_UNUSABLE = Această invitație este epuizată, expirată sau revocată ori este pentru altă adresă de e-mail. Cereți una nouă.

settings-invitations = Invitații

invitation-new = Invitați pe cineva
invitation-text = O invitație permite înregistrarea aici.
invitation-way = Felul invitației
invitation-byLink = Link
invitation-byEmail = E-mail
invitation-emailHint = Trimitem invitația acolo. Numai această adresă o poate folosi.
invitation-maxUses = Câte persoane o pot folosi
invitation-maxUsesHint = De la 1 la 500.
invitation-validFor = Valabilă timp de
invitation-note = Notă
invitation-noteHint = Pentru dumneavoastră și moderatori.
invitation-create = Creați linkul
invitation-send = Trimiteți invitația
invitation-sent = Invitația a fost trimisă la { $email }.
invitation-once = Copiați linkul acum: este afișat o singură dată. Oricine îl are se poate înregistra.
invitation-copy = Copiați linkul
invitation-list = Invitații
invitation-link = Link
invitation-usable = Valabilă
invitation-used = Epuizată
invitation-expired = Expirată
invitation-revoked = Revocată
invitation-uses = Conturi: { $count } din { $max }
invitation-until = valabilă până la { $time }
invitation-revoke = Revocați
invitation-revokeOne = Revocați: { $name }
invitation-revokeTitle = Revocați această invitație?
invitation-revokeText = Nu mai poate fi folosită. Conturile create cu ea rămân.
invitation-revokedNow = Invitație revocată.
invitation-none = Nu ați invitat încă pe nimeni.
invitation-noneOfAll = Nicio invitație încă
invitation-notYours = Nu puteți crea invitații

nav-openRegistrations =
    { $count ->
        [one] { $count } înregistrare de decis
        [few] { $count } înregistrări de decis
       *[other] { $count } de înregistrări de decis
    }

moderation-registrations = Înregistrări
moderation-invitations = Invitații

registration-none = Nicio înregistrare în așteptare
registration-noneText = Cele noi apar de la sine.
registration-approve = Aprobați
registration-approveOne = Aprobați înregistrarea: { $name }
registration-approved = { $name } are acum un cont.
registration-decline = Refuzați
registration-declineOne = Refuzați înregistrarea: { $name }
registration-declineTitle = Refuzați înregistrarea: { $name }?
registration-declineText = Toate datele înregistrării sunt șterse.
registration-reason = Motiv
registration-reasonHint = Face parte din e-mailul pe care îl trimitem.
registration-declined = Înregistrare refuzată: { $name }.

notice-dataExport = Copia datelor dumneavoastră este gata
notice-waitlist = Un loc este liber pentru dumneavoastră: { $topic }, { $time }
notice-CONFLICT = Conflict cu calendarul: { $topic } cu { $name }, { $time }
