<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>ArchiveCard</name>
        <message numerus="yes">
            <source>%Ln entry(ies) in {path}.</source>
            <translation>
                <numerusform>%Ln entry in {path}.</numerusform>
                <numerusform>%Ln entries in {path}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be opened: damaged, or their key is missing.</source>
            <translation>
                <numerusform>%Ln file could not be opened: damaged, or its key is missing.</numerusform>
                <numerusform>%Ln files could not be opened: damaged, or their key is missing.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>AttachmentStrip</name>
        <message numerus="yes">
            <source>and %n more file(s)</source>
            <translation>
                <numerusform>and %n more file</numerusform>
                <numerusform>and %n more files</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ChatComposer</name>
        <message numerus="yes">
            <source>%n character(s) too long</source>
            <translation>
                <numerusform>%n character too long</numerusform>
                <numerusform>%n characters too long</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ConflictView</name>
        <message numerus="yes">
            <source>%n field(s) still to choose</source>
            <translation>
                <numerusform>%n field still to choose</numerusform>
                <numerusform>%n fields still to choose</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CustomerHead</name>
        <message numerus="yes">
            <source>%n missed call(s) to call back</source>
            <translation>
                <numerusform>%n missed call to call back</numerusform>
                <numerusform>%n missed calls to call back</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n open matter(s)</source>
            <translation>
                <numerusform>%n open matter</numerusform>
                <numerusform>%n open matters</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CustomersPage</name>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n found</numerusform>
                <numerusform>%n found</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DecisionView</name>
        <message numerus="yes">
            <source>and %n more agent(s)</source>
            <translation>
                <numerusform>and one more agent</numerusform>
                <numerusform>and %n more agents</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>relaxed %n time(s)</source>
            <translation>
                <numerusform>relaxed once</numerusform>
                <numerusform>relaxed %n times</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DuplicatesPage</name>
        <message numerus="yes">
            <source>%Ln pair(s)</source>
            <translation>
                <numerusform>%Ln pair</numerusform>
                <numerusform>%Ln pairs</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Erasing</name>
        <message numerus="yes">
            <source>The access log goes after %Ln day(s).</source>
            <translation>
                <numerusform>The access log goes after %Ln day.</numerusform>
                <numerusform>The access log goes after %Ln days.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ExportView</name>
        <message numerus="yes">
            <source>%Ln customer(s) in {path}.</source>
            <translation>
                <numerusform>%Ln customer in {path}.</numerusform>
                <numerusform>%Ln customers in {path}.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Formats</name>
        <message numerus="yes">
            <source>%n day(s) ago</source>
            <translation>
                <numerusform>%n day ago</numerusform>
                <numerusform>%n days ago</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hour(s) ago</source>
            <translation>
                <numerusform>%n hour ago</numerusform>
                <numerusform>%n hours ago</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minute(s) ago</source>
            <translation>
                <numerusform>%n minute ago</numerusform>
                <numerusform>%n minutes ago</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>HistoryPage</name>
        <message numerus="yes">
            <source>%n contact(s)</source>
            <translation>
                <numerusform>%n contact</numerusform>
                <numerusform>%n contacts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n new</source>
            <translation>
                <numerusform>%n new</numerusform>
                <numerusform>%n new</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Mail</name>
        <message numerus="yes">
            <source>and %n more recipient(s)</source>
            <translation>
                <numerusform>and %n more recipient</numerusform>
                <numerusform>and %n more recipients</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MergedFrom</name>
        <message numerus="yes">
            <source>%n more</source>
            <translation>
                <numerusform>%n more</numerusform>
                <numerusform>%n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Merging</name>
        <message numerus="yes">
            <source>%n address(es)</source>
            <translation>
                <numerusform>%n address</numerusform>
                <numerusform>%n addresses</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n consent(s)</source>
            <translation>
                <numerusform>%n consent</numerusform>
                <numerusform>%n consents</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n contact(s)</source>
            <translation>
                <numerusform>%n contact</numerusform>
                <numerusform>%n contacts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n missed call(s)</source>
            <translation>
                <numerusform>%n missed call</numerusform>
                <numerusform>%n missed calls</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n note(s)</source>
            <translation>
                <numerusform>%n note</numerusform>
                <numerusform>%n notes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n number(s) and addresses</source>
            <translation>
                <numerusform>%n number or address</numerusform>
                <numerusform>%n numbers and addresses</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n relation(s)</source>
            <translation>
                <numerusform>%n relation</numerusform>
                <numerusform>%n relations</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MessageCard</name>
        <message numerus="yes">
            <source>%n image(s) of other servers not loaded</source>
            <translation>
                <numerusform>%n image of other servers not loaded</numerusform>
                <numerusform>%n images of other servers not loaded</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MissedPage</name>
        <message numerus="yes">
            <source>%n attempt(s)</source>
            <translation>
                <numerusform>%n attempt</numerusform>
                <numerusform>%n attempts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n pending</source>
            <translation>
                <numerusform>%n pending</numerusform>
                <numerusform>%n pending</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>OfferCard</name>
        <message numerus="yes">
            <source>%n customers share this number</source>
            <translation>
                <numerusform>%n customer has this number</numerusform>
                <numerusform>%n customers share this number</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more ringing</source>
            <translation>
                <numerusform>%n more ringing</numerusform>
                <numerusform>%n more ringing</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PasswordCard</name>
        <message numerus="yes">
            <source>At least %n character(s).</source>
            <translation>
                <numerusform>At least %n character.</numerusform>
                <numerusform>At least %n characters.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Too many attempts: wait %n second(s).</source>
            <translation>
                <numerusform>Too many attempts: wait %n second.</numerusform>
                <numerusform>Too many attempts: wait %n seconds.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PreviewView</name>
        <message numerus="yes">
            <source>%n of them would be refused.</source>
            <translation>
                <numerusform>%n of them would be refused.</numerusform>
                <numerusform>%n of them would be refused.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The first %n row(s) as they will be.</source>
            <translation>
                <numerusform>The first row as it will be.</numerusform>
                <numerusform>The first %n rows as they will be.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReviewView</name>
        <message numerus="yes">
            <source>%n pair(s) were put off.</source>
            <translation>
                <numerusform>%n pair was put off.</numerusform>
                <numerusform>%n pairs were put off.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Sentences</name>
        <message numerus="yes">
            <source>%n transfer(s)</source>
            <translation>
                <numerusform>%n transfer</numerusform>
                <numerusform>%n transfers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n unread</source>
            <translation>
                <numerusform>%n unread</numerusform>
                <numerusform>%n unread</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message numerus="yes">
            <source>Too many attempts. Try again in %n second(s).</source>
            <translation>
                <numerusform>Too many attempts. Try again in %n second.</numerusform>
                <numerusform>Too many attempts. Try again in %n seconds.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SupervisionPage</name>
        <message numerus="yes">
            <source>%n call(s)</source>
            <translation>
                <numerusform>%n call</numerusform>
                <numerusform>%n calls</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>UndoView</name>
        <message numerus="yes">
            <source>%n more go(es) where the number belongs.</source>
            <translation>
                <numerusform>%n more goes where its number belongs.</numerusform>
                <numerusform>%n more go where their numbers belong.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Words</name>
        <message numerus="yes">
            <source>%n customer(s)</source>
            <translation>
                <numerusform>%n customer</numerusform>
                <numerusform>%n customers</numerusform>
            </translation>
        </message>
    </context>
</TS>
