"""The first tables: every noun of the spine."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table('chain_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_head'))
    )
    op.create_table('department',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('name', name=op.f('uq_department_name'))
    )
    op.create_table('division',
    sa.Column('code', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_division')),
    sa.UniqueConstraint('name', name=op.f('uq_division_name'))
    )
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.CheckConstraint("state in ('waiting', 'done', 'failed')", name=op.f('ck_job_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_state', ['state', 'id'], unique=False)

    op.create_table('number_series',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_number_series'))
    )
    op.create_table('round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=60), nullable=False),
    sa.Column('edition_digest', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('statistics_year', sa.Integer(), nullable=False),
    sa.Column('quota', sa.Integer(), nullable=True),
    sa.Column('opens_at', sa.DateTime(), nullable=False),
    sa.Column('closes_at', sa.DateTime(), nullable=False),
    sa.Column('recommend_by', sa.DateTime(), nullable=False),
    sa.Column('review_by', sa.DateTime(), nullable=False),
    sa.Column('visit_by', sa.DateTime(), nullable=False),
    sa.CheckConstraint('opens_at < closes_at', name=op.f('ck_round_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('scheme', 'year', 'name', name=op.f('uq_round_scheme_year_name'))
    )
    op.create_table('institution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('short_name', sa.String(length=60), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=False),
    sa.Column('type', sa.Enum('government', 'higher-education', 'school', 'hospital', 'venue', 'other', name='institutiontype', native_enum=False, length=40), nullable=False),
    sa.Column('form_code', sa.String(length=4), nullable=False),
    sa.Column('division_code', sa.String(length=6), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('superior_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=160), nullable=False),
    sa.Column('postcode', sa.String(length=6), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=False),
    sa.Column('floor_area_m2', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('length(credit_code) = 18', name=op.f('ck_institution_credit_code')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_institution_department_id_department')),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_institution_division_code_division')),
    sa.ForeignKeyConstraint(['superior_id'], ['institution.id'], name=op.f('fk_institution_superior_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution')),
    sa.UniqueConstraint('credit_code', name=op.f('uq_institution_credit_code'))
    )
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institution_department_id'), ['department_id'], unique=False)
        batch_op.create_index('ix_institution_division', ['division_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_institution_superior_id'), ['superior_id'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('sign_in', sa.String(length=60), nullable=False),
    sa.Column('email', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('position', sa.String(length=80), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('notify', sa.String(length=10), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('signed_in_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("language in ('zh', 'en')", name=op.f('ck_person_language')),
    sa.CheckConstraint("notify in ('at-once', 'digest', 'off')", name=op.f('ck_person_notify')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_person_department_id_department')),
    sa.ForeignKeyConstraint(['employer_id'], ['institution.id'], name=op.f('fk_person_employer_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('sign_in', name=op.f('uq_person_sign_in'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_employer_id'), ['employer_id'], unique=False)

    op.create_table('application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=60), nullable=False),
    sa.Column('edition_digest', sa.String(length=64), nullable=False),
    sa.Column('stage', sa.Enum('draft', 'recommending', 'correcting', 'screening', 'supplementing', 'candidate', 'reviewing', 'visiting', 'rectifying', 'deciding', 'nominated', 'announced', 'certified', 'reverifying', 'withdrawn', 'not-recommended', 'ineligible', 'not-passed', 'objection-upheld', 'expired', 'revoked', 'cancelled', name='stage', native_enum=False, length=40), nullable=False),
    sa.Column('stage_since', sa.DateTime(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=True),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('signed_at', sa.DateTime(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(), nullable=True),
    sa.Column('dossier_digest', sa.String(length=64), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('self_total', sa.BigInteger(), nullable=True),
    sa.Column('preliminary_total', sa.BigInteger(), nullable=True),
    sa.Column('review_result', sa.BigInteger(), nullable=True),
    sa.Column('review_spread', sa.BigInteger(), nullable=True),
    sa.Column('site_total', sa.BigInteger(), nullable=True),
    sa.Column('drawn_for_visit', sa.Boolean(), nullable=False),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_application_institution_id_institution')),
    sa.ForeignKeyConstraint(['operator_id'], ['person.id'], name=op.f('fk_application_operator_id_person')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_application_round_id_round')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_application_signed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('number', name=op.f('uq_application_number')),
    sa.UniqueConstraint('round_id', 'institution_id', name=op.f('uq_application_round_id_institution_id'))
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index('ix_application_institution', ['institution_id', 'id'], unique=False)
        batch_op.create_index('ix_application_stage', ['stage', 'scheme', 'id'], unique=False)

    op.create_table('file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mime', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('store', sa.String(length=20), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('preview', sa.String(length=10), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("preview in ('waiting', 'ready', 'none', 'failed')", name=op.f('ck_file_preview')),
    sa.CheckConstraint('size > 0', name=op.f('ck_file_size')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_file_institution_id_institution')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['person.id'], name=op.f('fk_file_uploaded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file'))
    )
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.create_index('ix_file_institution_sha256', ['institution_id', 'sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_sha256'), ['sha256'], unique=False)

    op.create_table('grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('public', 'applicant', 'signatory', 'recommender', 'officer', 'moderator', 'expert', 'team-leader', 'inspector', 'leader', 'countersigner', 'administrator', 'auditor', name='role', native_enum=False, length=40), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('division_code', sa.String(length=6), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('authority', sa.String(length=40), nullable=True),
    sa.CheckConstraint("role <> 'countersigner' or authority is not null", name=op.f('ck_grant_authority')),
    sa.CheckConstraint("role <> 'recommender' or division_code is not null or department_id is not null", name=op.f('ck_grant_body')),
    sa.CheckConstraint("role not in ('applicant', 'signatory') or institution_id is not null", name=op.f('ck_grant_institution')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_grant_department_id_department')),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_grant_division_code_division')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_grant_institution_id_institution')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_grant_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant')),
    sa.UniqueConstraint('person_id', 'role', 'institution_id', 'division_code', 'department_id', 'authority', name=op.f('uq_grant_person_id_role_institution_id_division_code_department_id_authority'))
    )
    with op.batch_alter_table('grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grant_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_grant_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_grant_role', ['role'], unique=False)

    op.create_table('public_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('contact_office', sa.String(length=80), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('contact_address', sa.String(length=160), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('published_at', sa.DateTime(), nullable=False),
    sa.Column('workdays', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('last_day > published_on', name=op.f('ck_public_notice_period')),
    sa.CheckConstraint('workdays >= 5', name=op.f('ck_public_notice_workdays')),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name=op.f('fk_public_notice_published_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_notice')),
    sa.UniqueConstraint('number', name=op.f('uq_public_notice_number'))
    )
    op.create_table('yearly_statistics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('electricity_kwh', sa.BigInteger(), nullable=False),
    sa.Column('natural_gas_m3', sa.BigInteger(), nullable=False),
    sa.Column('raw_coal_kg', sa.BigInteger(), nullable=False),
    sa.Column('gasoline_vehicle_l', sa.BigInteger(), nullable=False),
    sa.Column('gasoline_other_l', sa.BigInteger(), nullable=False),
    sa.Column('diesel_vehicle_l', sa.BigInteger(), nullable=False),
    sa.Column('diesel_other_l', sa.BigInteger(), nullable=False),
    sa.Column('lpg_kg', sa.BigInteger(), nullable=False),
    sa.Column('heat_mj', sa.BigInteger(), nullable=False),
    sa.Column('water_m3', sa.BigInteger(), nullable=False),
    sa.Column('nonconventional_water_m3', sa.BigInteger(), nullable=False),
    sa.Column('floor_area_m2', sa.BigInteger(), nullable=False),
    sa.Column('headcount', sa.BigInteger(), nullable=False),
    sa.Column('water_headcount', sa.BigInteger(), nullable=False),
    sa.Column('costs', sa.JSON(), nullable=False),
    sa.Column('acknowledged', sa.JSON(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('floor_area_m2 >= 0 and headcount >= 0 and water_headcount >= 0', name=op.f('ck_yearly_statistics_sizes')),
    sa.CheckConstraint('year between 2000 and 2100', name=op.f('ck_yearly_statistics_year')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_yearly_statistics_institution_id_institution')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['person.id'], name=op.f('fk_yearly_statistics_updated_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_yearly_statistics')),
    sa.UniqueConstraint('institution_id', 'year', name=op.f('uq_yearly_statistics_institution_id_year'))
    )
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('not_applicable', sa.Boolean(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('met', sa.Boolean(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('points is null or points >= 0', name=op.f('ck_answer_points')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_answer_application_id_application')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['person.id'], name=op.f('fk_answer_updated_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('application_id', 'item_id', name=op.f('uq_answer_application_id_item_id'))
    )
    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('verify_code', sa.String(length=20), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(length=120), nullable=False),
    sa.Column('holder_short', sa.String(length=60), nullable=False),
    sa.Column('institution_type', sa.String(length=20), nullable=False),
    sa.Column('division_code', sa.String(length=6), nullable=False),
    sa.Column('division', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('dossier_digest', sa.String(length=64), nullable=False),
    sa.Column('paper_sha256', sa.String(length=64), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('reissued_on', sa.Date(), nullable=True),
    sa.Column('reverifying', sa.Boolean(), nullable=False),
    sa.Column('ended_as', sa.String(length=10), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(ended_as = '') = (ended_on is null)", name=op.f('ck_certificate_ended')),
    sa.CheckConstraint("ended_as in ('', 'revoked', 'cancelled')", name=op.f('ck_certificate_ended_as')),
    sa.CheckConstraint('expires_on is null or expires_on > issued_on', name=op.f('ck_certificate_term')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_certificate_application_id_application')),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_certificate_division_code_division')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_certificate_institution_id_institution')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_certificate_issued_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('application_id', name=op.f('uq_certificate_application_id')),
    sa.UniqueConstraint('number', name=op.f('uq_certificate_number')),
    sa.UniqueConstraint('scheme', 'year', 'serial', name=op.f('uq_certificate_scheme_year_serial')),
    sa.UniqueConstraint('verify_code', name=op.f('uq_certificate_verify_code'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index('ix_certificate_listing', ['scheme', 'division_code', 'id'], unique=False)

    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('desk', sa.String(length=12), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('resolved_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("desk in ('recommend', 'screen')", name=op.f('ck_correction_desk')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_correction_application_id_application')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_correction_asked_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_application_id'), ['application_id'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('leader_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('result', sa.BigInteger(), nullable=False),
    sa.Column('grounds', sa.JSON(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("outcome in ('pass', 'reject')", name=op.f('ck_decision_outcome')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_decision_application_id_application')),
    sa.ForeignKeyConstraint(['leader_id'], ['person.id'], name=op.f('fk_decision_leader_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('application_id', name=op.f('uq_decision_application_id'))
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('stage_before', sa.String(length=40), nullable=False),
    sa.Column('stage_after', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_event_actor_id_person')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_event_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('seq', name=op.f('uq_event_seq'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_application', ['application_id', 'seq'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('bound_by_id', sa.Integer(), nullable=False),
    sa.Column('bound_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_evidence_application_id_application')),
    sa.ForeignKeyConstraint(['bound_by_id'], ['person.id'], name=op.f('fk_evidence_bound_by_id_person')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_evidence_file_id_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('application_id', 'item_id', 'request_id', 'file_id', name=op.f('uq_evidence_application_id_item_id_request_id_file_id'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_file_id'), ['file_id'], unique=False)

    op.create_table('moderation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('spread', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("outcome in ('stands', 'reopened')", name=op.f('ck_moderation_outcome')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_moderation_application_id_application')),
    sa.ForeignKeyConstraint(['moderator_id'], ['person.id'], name=op.f('fk_moderation_moderator_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation'))
    )
    with op.batch_alter_table('moderation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moderation_application_id'), ['application_id'], unique=False)

    op.create_table('nomination',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('document', sa.String(length=80), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("outcome in ('', 'named', 'refused')", name=op.f('ck_nomination_outcome')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_nomination_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination')),
    sa.UniqueConstraint('application_id', name=op.f('uq_nomination_application_id'))
    )
    op.create_table('notice_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_notice_entry_application_id_application')),
    sa.ForeignKeyConstraint(['notice_id'], ['public_notice.id'], name=op.f('fk_notice_entry_notice_id_public_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_entry')),
    sa.UniqueConstraint('notice_id', 'application_id', name=op.f('uq_notice_entry_notice_id_application_id'))
    )
    with op.batch_alter_table('notice_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_entry_application_id'), ['application_id'], unique=False)

    op.create_table('objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(length=40), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('party', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=160), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("party in ('person', 'organisation')", name=op.f('ck_objection_party')),
    sa.CheckConstraint("state in ('open', 'dismissed', 'upheld')", name=op.f('ck_objection_state')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_objection_answered_by_id_person')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_objection_application_id_application')),
    sa.ForeignKeyConstraint(['notice_id'], ['public_notice.id'], name=op.f('fk_objection_notice_id_public_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('receipt', name=op.f('uq_objection_receipt'))
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index('ix_objection_application', ['application_id', 'state'], unique=False)

    op.create_table('picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mime', sa.String(length=40), nullable=False),
    sa.Column('store', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_picture_file_id_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture')),
    sa.UniqueConstraint('file_id', 'page', name=op.f('uq_picture_file_id_page'))
    )
    op.create_table('preliminary_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('not_applicable', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('scored_by_id', sa.Integer(), nullable=False),
    sa.Column('scored_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('points is null or points >= 0', name=op.f('ck_preliminary_score_points')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_preliminary_score_application_id_application')),
    sa.ForeignKeyConstraint(['scored_by_id'], ['person.id'], name=op.f('fk_preliminary_score_scored_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preliminary_score')),
    sa.UniqueConstraint('application_id', 'item_id', name=op.f('uq_preliminary_score_application_id_item_id'))
    )
    op.create_table('recommendation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('recommender_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=80), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('given_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("outcome in ('endorsed', 'returned', 'declined')", name=op.f('ck_recommendation_outcome')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_recommendation_application_id_application')),
    sa.ForeignKeyConstraint(['recommender_id'], ['person.id'], name=op.f('fk_recommendation_recommender_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation'))
    )
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_application_id'), ['application_id'], unique=False)

    op.create_table('sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('assigned_by_id', sa.Integer(), nullable=False),
    sa.Column('assigned_at', sa.DateTime(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('recused_reason', sa.Text(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("state in ('assigned', 'sealed', 'recused')", name=op.f('ck_sheet_state')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_sheet_application_id_application')),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['person.id'], name=op.f('fk_sheet_assigned_by_id_person')),
    sa.ForeignKeyConstraint(['expert_id'], ['person.id'], name=op.f('fk_sheet_expert_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet')),
    sa.UniqueConstraint('application_id', 'expert_id', name=op.f('uq_sheet_application_id_expert_id'))
    )
    with op.batch_alter_table('sheet', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_expert', ['expert_id', 'state', 'id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=True),
    sa.Column('place', sa.String(length=160), nullable=False),
    sa.Column('attendees', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('appointed_by_id', sa.Integer(), nullable=False),
    sa.Column('appointed_at', sa.DateTime(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('verdict_reason', sa.Text(), nullable=False),
    sa.Column('verdict_by_id', sa.Integer(), nullable=True),
    sa.Column('verdict_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("verdict in ('', 'accepted', 'rectify', 'rejected')", name=op.f('ck_visit_verdict')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_visit_application_id_application')),
    sa.ForeignKeyConstraint(['appointed_by_id'], ['person.id'], name=op.f('fk_visit_appointed_by_id_person')),
    sa.ForeignKeyConstraint(['verdict_by_id'], ['person.id'], name=op.f('fk_visit_verdict_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('application_id', 'turn', name=op.f('uq_visit_application_id_turn'))
    )
    op.create_table('clarification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=True),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_clarification_answered_by_id_person')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_clarification_application_id_application')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_clarification_asked_by_id_person')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_clarification_sheet_id_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clarification'))
    )
    with op.batch_alter_table('clarification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clarification_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clarification_sheet_id'), ['sheet_id'], unique=False)

    op.create_table('countersignature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('authority', sa.String(length=40), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('signed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_countersignature_decision_id_decision')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_countersignature_signed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_countersignature')),
    sa.UniqueConstraint('decision_id', 'authority', name=op.f('uq_countersignature_decision_id_authority'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('demand', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('found_by_id', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(), nullable=False),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('reported_at', sa.DateTime(), nullable=True),
    sa.Column('recheck', sa.String(length=8), nullable=False),
    sa.Column('recheck_note', sa.Text(), nullable=False),
    sa.Column('rechecked_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("recheck in ('', 'passed', 'failed')", name=op.f('ck_finding_recheck')),
    sa.ForeignKeyConstraint(['found_by_id'], ['person.id'], name=op.f('fk_finding_found_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_finding_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_visit_id'), ['visit_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=40), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.Column('mailed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_message_application_id_application')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_message_event_id_event')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('event_id', 'person_id', 'text', name=op.f('uq_message_event_id_person_id_text'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_person', ['person_id', 'read_at', 'id'], unique=False)

    op.create_table('objection_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('objection_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_objection_file_file_id_file')),
    sa.ForeignKeyConstraint(['objection_id'], ['objection.id'], name=op.f('fk_objection_file_objection_id_objection')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection_file')),
    sa.UniqueConstraint('objection_id', 'file_id', name=op.f('uq_objection_file_objection_id_file_id'))
    )
    op.create_table('sample_point',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('fixture', sa.String(length=80), nullable=False),
    sa.Column('sound', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_sample_point_noted_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_sample_point_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample_point'))
    )
    with op.batch_alter_table('sample_point', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sample_point_visit_id'), ['visit_id'], unique=False)

    op.create_table('sheet_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('not_applicable', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('points is null or points >= 0', name=op.f('ck_sheet_score_points')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_sheet_score_sheet_id_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_score')),
    sa.UniqueConstraint('sheet_id', 'item_id', name=op.f('uq_sheet_score_sheet_id_item_id'))
    )
    op.create_table('site_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('found', sa.String(length=8), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('not_applicable', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("found in ('true', 'partly', 'false')", name=op.f('ck_site_score_found')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_site_score_noted_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_site_score_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_score')),
    sa.UniqueConstraint('visit_id', 'item_id', name=op.f('uq_site_score_visit_id_item_id'))
    )
    op.create_table('visit_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('leads', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_visit_member_person_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_member_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_member')),
    sa.UniqueConstraint('visit_id', 'person_id', name=op.f('uq_visit_member_visit_id_person_id'))
    )
    with op.batch_alter_table('visit_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_member_person_id'), ['person_id'], unique=False)

    op.create_table('visit_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=20), nullable=False),
    sa.Column('finding_id', sa.Integer(), nullable=True),
    sa.Column('phase', sa.String(length=8), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('taken_at', sa.DateTime(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("phase in ('site', 'before', 'after')", name=op.f('ck_visit_photo_phase')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_visit_photo_file_id_file')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_visit_photo_finding_id_finding')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_photo_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_photo'))
    )
    with op.batch_alter_table('visit_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_photo_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_photo_visit_id'), ['visit_id'], unique=False)



def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('visit_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_photo_visit_id'))
        batch_op.drop_index(batch_op.f('ix_visit_photo_finding_id'))

    op.drop_table('visit_photo')
    with op.batch_alter_table('visit_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_member_person_id'))

    op.drop_table('visit_member')
    op.drop_table('site_score')
    op.drop_table('sheet_score')
    with op.batch_alter_table('sample_point', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sample_point_visit_id'))

    op.drop_table('sample_point')
    op.drop_table('objection_file')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_person')

    op.drop_table('message')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_visit_id'))

    op.drop_table('finding')
    op.drop_table('countersignature')
    with op.batch_alter_table('clarification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clarification_sheet_id'))
        batch_op.drop_index(batch_op.f('ix_clarification_application_id'))

    op.drop_table('clarification')
    op.drop_table('visit')
    with op.batch_alter_table('sheet', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_expert')

    op.drop_table('sheet')
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recommendation_application_id'))

    op.drop_table('recommendation')
    op.drop_table('preliminary_score')
    op.drop_table('picture')
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index('ix_objection_application')

    op.drop_table('objection')
    with op.batch_alter_table('notice_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_entry_application_id'))

    op.drop_table('notice_entry')
    op.drop_table('nomination')
    with op.batch_alter_table('moderation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_moderation_application_id'))

    op.drop_table('moderation')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_file_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_application_id'))

    op.drop_table('evidence')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_application')

    op.drop_table('event')
    op.drop_table('decision')
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_application_id'))

    op.drop_table('correction')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_certificate_listing')
        batch_op.drop_index(batch_op.f('ix_certificate_institution_id'))

    op.drop_table('certificate')
    op.drop_table('answer')
    op.drop_table('yearly_statistics')
    op.drop_table('public_notice')
    with op.batch_alter_table('grant', schema=None) as batch_op:
        batch_op.drop_index('ix_grant_role')
        batch_op.drop_index(batch_op.f('ix_grant_person_id'))
        batch_op.drop_index(batch_op.f('ix_grant_institution_id'))

    op.drop_table('grant')
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_file_sha256'))
        batch_op.drop_index('ix_file_institution_sha256')

    op.drop_table('file')
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('ix_application_stage')
        batch_op.drop_index('ix_application_institution')

    op.drop_table('application')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_employer_id'))
        batch_op.drop_index(batch_op.f('ix_person_department_id'))

    op.drop_table('person')
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_institution_superior_id'))
        batch_op.drop_index('ix_institution_division')
        batch_op.drop_index(batch_op.f('ix_institution_department_id'))

    op.drop_table('institution')
    op.drop_table('round')
    op.drop_table('number_series')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_state')

    op.drop_table('job')
    op.drop_table('division')
    op.drop_table('department')
    op.drop_table('chain_head')
